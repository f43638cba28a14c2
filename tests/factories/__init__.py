"""Factories, one module an app. They make valid rows; stories are told by the fixtures of conftest."""
