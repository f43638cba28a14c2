import factory
from factory.django import DjangoModelFactory

from people.models import User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda person: person.name.lower().replace(" ", ".") + "@example.com")
