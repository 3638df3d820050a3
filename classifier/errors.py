"""Every error that is meant for users, in one small tree.

    ClassifierError
    ├── InputError      a file of replies cannot be read, or holds none
    ├── OutputError     a result cannot be written where or as it was asked
    ├── PolicyError     a policy file is not valid
    ├── RulesError      a rule pack or a lexicon is not valid
    ├── ModelError      a model folder is missing, broken or made for something else
    ├── DataError       labelled data cannot train or measure a model
    └── UsageError      options that do not go together (exit code 2)
"""


class ClassifierError(Exception):
    """The base of all errors that say what is wrong, where, and what to do next."""


class InputError(ClassifierError):
    """A file of replies cannot be read, or holds none."""


class OutputError(ClassifierError):
    """A result cannot be written where or as it was asked."""


class PolicyError(ClassifierError):
    """A policy file is not valid."""


class RulesError(ClassifierError):
    """A rule pack or a lexicon is not valid."""


class ModelError(ClassifierError):
    """A model folder is missing, broken, or made for something else."""


class DataError(ClassifierError):
    """Labelled data cannot train or measure a model."""


class UsageError(ClassifierError):
    """Options that do not go together."""
