"""The blocks that learning is made of, shared by every page that has a body.

Their names and fields are also those of the content files (pages.shipped, docs/content.md).
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link"]


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        choices=[("note", _("Good to know")), ("tip", _("Try this")), ("care", _("Look after yourself"))],
        label=_("tone"),
    )
    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=RICH_TEXT)

    class Meta:
        icon = "help"
        label = _("Callout")
        template = "pages/blocks/callout.html"


class StoryBlock(blocks.StructBlock):
    about = blocks.CharBlock(label=_("about"), max_length=160, help_text=_("Whom it shows, without a real name."))
    text = blocks.RichTextBlock(label=_("text"), features=RICH_TEXT)

    class Meta:
        icon = "openquote"
        label = _("Story (an illustration)")
        template = "pages/blocks/story.html"


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=120)
    items = blocks.ListBlock(blocks.TextBlock(rows=2), label=_("things to do, in order"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps to try")
        template = "pages/blocks/steps.html"
        form_layout = ["title", "items"]


class GlossaryBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("term"), max_length=80)
    meaning = blocks.TextBlock(label=_("meaning"), rows=2)

    class Meta:
        icon = "info-circle"
        label = _("Glossary term")
        template = "pages/blocks/glossary.html"


class CheckOptionBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("option"), rows=2)
    feedback = blocks.TextBlock(label=_("kind, useful feedback"), rows=3)
    fits = blocks.BooleanBlock(label=_("this choice fits well"), required=False)


class SelfCheckBlock(blocks.StructBlock):
    """A question with feedback for every option. It is answered in the reader's browser and sent nowhere."""

    question = blocks.TextBlock(label=_("question"), rows=2)
    options = blocks.ListBlock(CheckOptionBlock(), label=_("options"), min_num=2, max_num=6)

    class Meta:
        icon = "check"
        label = _("Self-check")
        template = "pages/blocks/self_check.html"

    def clean(self, value):
        cleaned = super().clean(value)
        if not any(option["fits"] for option in cleaned["options"]):
            raise StructBlockValidationError(
                non_block_errors=[ValidationError(_("Say of at least one option that it fits well."))]
            )
        return cleaned


class MediaBlock(blocks.StructBlock):
    """Something to hear or watch, never without its text."""

    title = blocks.CharBlock(label=_("title"), max_length=120)
    kind = blocks.ChoiceBlock(choices=[("audio", _("Audio")), ("video", _("Video"))], label=_("kind"))
    file = DocumentChooserBlock(label=_("audio or video file"))
    captions = DocumentChooserBlock(label=_("captions (.vtt)"), required=False)
    transcript = blocks.RichTextBlock(
        label=_("transcript"), features=RICH_TEXT, help_text=_("All that is said, and what matters of what is seen.")
    )

    MEDIA_TYPES = {"audio": {"mp3", "m4a", "oga", "ogg", "opus", "wav"}, "video": {"mp4", "webm"}}

    class Meta:
        icon = "media"
        label = _("Audio or video")
        template = "pages/blocks/media.html"

    def clean(self, value):
        cleaned = super().clean(value)
        errors = {}
        if cleaned["file"].file_extension.lower() not in self.MEDIA_TYPES[cleaned["kind"]]:
            errors["file"] = ValidationError(
                _("Choose a file of one of these types: %(types)s."),
                params={"types": ", ".join(sorted(self.MEDIA_TYPES[cleaned["kind"]]))},
            )
        if cleaned["kind"] == "video" and not cleaned["captions"]:
            errors["captions"] = ValidationError(_("A video needs captions, for people who do not hear it."))
        if cleaned["captions"] and cleaned["captions"].file_extension.lower() != "vtt":
            errors["captions"] = ValidationError(_("Captions are a file of the type .vtt."))
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return cleaned


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("the picture in words"), max_length=250, help_text=_("For people who do not see it: what it tells.")
    )
    caption = blocks.CharBlock(label=_("caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Figure")
        template = "pages/blocks/figure.html"


class DownloadBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=120)
    document = DocumentChooserBlock(label=_("document"))

    class Meta:
        icon = "download"
        label = _("Download")
        template = "pages/blocks/download.html"


class BodyBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(
        label=_("Text"), features=RICH_TEXT, icon="pilcrow", template="pages/blocks/text.html", group=_("Reading")
    )
    callout = CalloutBlock(group=_("Reading"))
    story = StoryBlock(group=_("Reading"))
    glossary = GlossaryBlock(group=_("Reading"))
    steps = StepsBlock(group=_("Doing"))
    question = blocks.TextBlock(
        label=_("Question to sit with"),
        rows=2,
        icon="help",
        template="pages/blocks/question.html",
        group=_("Doing"),
    )
    self_check = SelfCheckBlock(group=_("Doing"))
    media = MediaBlock(group=_("Media"))
    figure = FigureBlock(group=_("Media"))
    download = DownloadBlock(group=_("Media"))
