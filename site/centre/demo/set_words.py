"""What is said in the demonstration's action learning sets. Plainly made up: nobody said it."""

NAME = "Demo set: being heard"
THEME = "Being heard in committees"
ABOUT = "We meet once a month, in English, French and Spanish at the same table. **Slowly is fine.**"
CALL_LINK = "https://call.demo.example/being-heard"
CALL_NUMBERS = "Demonstration number, nobody is there: 000 0000"
CALL_PIN = "0000"
AGENDA = "One turn, and time to look back at the last commitment."
NOTE = "I have just begun the course and would like to practise asking."

LISTED = (
    (
        "lead",
        {
            "name": "Groupe démo : aidants et travail",
            "theme": "Aider un proche et travailler",
            "about": "Nous nous retrouvons le soir, souvent avec de la fatigue. Le téléphone est le bienvenu.",
            "language": "fr",
            "suits": ("mon_evening", "wed_evening"),
            "cadence": "fortnightly",
        },
    ),
    (
        "facilitator",
        {
            "name": "Demo set without hurry",
            "theme": "Working with hospitals",
            "about": "For those who cannot sit together: our meetings go over days, and you write when you can.",
            "language": "en",
            "suits": ("sat_morning", "sun_morning"),
            "slow": True,
        },
    ),
)

BIDS = {
    "coach": "On m’invite, puis on décide sans moi.",
    "applicant": "Pedir que me paguen el viaje.",
}
ISSUE = (
    "Je siège à un comité depuis six mois. Les décisions se prennent dans le couloir, avant la réunion. "
    "J’aimerais en parler sans passer pour quelqu’un qui se plaint."
)
# Who asks, the question, and the answer of who presents.
QUESTIONS = (
    ("alumna", "What would be different for you if you had been in the corridor?", "J’aurais pu poser ma question."),
    (
        "applicant",
        "¿Quién de esa mesa quiere lo mismo que usted?",
        "L’infirmière chef, je crois. Je ne lui ai jamais demandé.",
    ),
)
COMMITMENT = "Je demande à l’infirmière chef un quart d’heure avant la prochaine réunion."
FIRST_STEP = "Lui écrire deux lignes jeudi."
