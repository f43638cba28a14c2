from decimal import Decimal


def hours_label(hours: Decimal) -> str:
    """ "2.5", "10": without trailing zeros."""
    return f"{hours.normalize():f}"
