"""How codes and numbers look in an address. Anything else is an address that does not exist."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class OrganisationCode(StringConverter):
    regex = r"[A-Z0-9][A-Z0-9-]{0,31}"


class CatalogueCode(StringConverter):
    """Codes of catalogues and of their items."""

    regex = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"


class PostingNumber(StringConverter):
    regex = r"[A-Z0-9][A-Z0-9-]{0,47}"


class Ordinal:
    """A small number from 1."""

    regex = r"[1-9][0-9]{0,3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class PrimaryKey(Ordinal):
    """A row's key; a longer number is no row's."""

    regex = r"[1-9][0-9]{0,17}"


class Token(StringConverter):
    """An address that nobody guesses."""

    regex = r"[0-9a-f]{32}"


register_converter(Token, "token")
register_converter(OrganisationCode, "organisation")
register_converter(CatalogueCode, "catalogue")
register_converter(PostingNumber, "number")
register_converter(Ordinal, "ordinal")
register_converter(PrimaryKey, "key")
