import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from people.models import User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    # Nobody has a password until they choose one.
    password = factory.LazyFunction(lambda: make_password(None))
    email = factory.LazyAttribute(lambda person: person.name.lower().replace(" ", ".") + "@example.com")
