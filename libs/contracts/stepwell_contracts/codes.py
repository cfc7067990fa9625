"""Code lists, until every import names `stepwell_kernel.codes`."""

from stepwell_kernel.codes import *  # noqa: F403
