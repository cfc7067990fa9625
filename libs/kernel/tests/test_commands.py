"""What was asked, as a digest."""

from hypothesis import assume, given, strategies as st

from stepwell_kernel.commands import fingerprint

parts = st.lists(st.binary(max_size=8), max_size=4)


@given(parts, parts)
def test_other_parts_have_another_fingerprint(first: list[bytes], second: list[bytes]) -> None:
    assume(first != second)
    assert fingerprint(*first) != fingerprint(*second)


def test_the_borders_between_parts_count() -> None:
    assert fingerprint(b"POST", b"/v1") != fingerprint(b"POST/", b"v1")
    assert fingerprint(b"POST", b"/v1") == fingerprint(b"POST", b"/v1")
