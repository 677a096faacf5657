"""What lies beside the pictures: documents have their own address, where Wagtail asks who may have them."""

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "way", ["documents/x.txt", "/documents/x.txt", "./documents/x.txt", "a/%2e%2e/documents/x.txt"]
)
def test_documents_are_not_given_as_pictures_by_any_way_round(client, settings, tmp_path, way):
    settings.MEDIA_ROOT = tmp_path
    for name in ("documents", "images"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("for some")
    assert client.get("/media/images/x.txt").status_code == 200
    assert client.get(f"/media/{way}").status_code == 404
