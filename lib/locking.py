from django.db.models import Model


def lock_row(of: type[Model], pk: int) -> None:
    """Lock a row until the end of the transaction, before it is read with joins.

    After waiting for a lock, PostgreSQL returns the row as it is now with its joins as they were.
    """
    of._default_manager.select_for_update(no_key=True).filter(pk=pk).values_list("pk").first()
