"""The sample district: a year of disclosure in Minhang, Qingpu and Xuhui, made up and marked as such.

`accounts()` lists the people who can sign in, `PASSWORD` is the password of them all; neither exists
outside a database that `load_sample` has filled.
"""

from .people import PASSWORD, Account, accounts

__all__ = ["PASSWORD", "Account", "accounts"]
