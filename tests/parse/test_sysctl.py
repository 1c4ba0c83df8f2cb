"""The kernel's settings: raw keys, and what an interface does once `all` is taken into account."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, sysctl


def interface(text: str, name: str = "eth0") -> dict[str, object]:
    """The record of one interface."""
    found = sysctl.values(text)["interfaces"]
    assert isinstance(found, list)
    return next(record for record in found if record["name"] == name)


def ipv4(all_value: int, own: int, key: str, forwarding: int = 0) -> dict[str, object]:
    """What eth0 does with `key` set so for all interfaces and for itself."""
    return interface(
        f"net/ipv4/conf/all/{key}:{all_value}\nnet/ipv4/conf/eth0/{key}:{own}\n"
        f"net/ipv4/conf/eth0/forwarding:{forwarding}\n"
    )


def ipv6(**own: int) -> dict[str, object]:
    """What eth0 does with these keys of IPv6; `all` accepts source routes."""
    lines = "".join(f"net/ipv6/conf/eth0/{key}:{value}\n" for key, value in own.items())
    return interface(lines + "net/ipv6/conf/all/accept_source_route:1\n")


def test_a_key_becomes_a_fact() -> None:
    facts = sysctl.values("kernel/kptr_restrict:2\nnet/ipv6/conf/all/forwarding:0\n")
    assert facts == {"kernel_kptr_restrict": 2, "net_ipv6_conf_all_forwarding": 0, "interfaces": []}


def test_a_key_that_the_kernel_does_not_have_is_null() -> None:
    facts = sysctl.values("kernel/dmesg_restrict:1\nmissing kernel/yama/ptrace_scope\n")
    assert facts["kernel_yama_ptrace_scope"] is None


def test_a_denied_key_is_unread() -> None:
    facts = sysctl.values("kernel/dmesg_restrict:1\ndenied fs/protected_hardlinks\n")
    gap = facts["fs_protected_hardlinks"]
    assert isinstance(gap, Unread) and gap.reason is Reason.DENIED


def test_a_key_that_is_not_in_the_answer_is_no_fact() -> None:
    assert "kernel_kptr_restrict" not in sysctl.values("kernel/dmesg_restrict:1\n")


@pytest.mark.parametrize(("all_value", "own", "accepted"), [(0, 0, False), (0, 1, True), (1, 0, True)])
def test_an_end_machine_accepts_redirects_where_either_says_so(
    all_value: int, own: int, accepted: bool
) -> None:
    assert ipv4(all_value, own, "accept_redirects")["ipv4_redirects_accepted"] is accepted


@pytest.mark.parametrize(("all_value", "own", "accepted"), [(0, 1, False), (1, 0, False), (1, 1, True)])
def test_a_router_accepts_redirects_where_both_say_so(all_value: int, own: int, accepted: bool) -> None:
    found = ipv4(all_value, own, "accept_redirects", forwarding=1)
    assert found["ipv4_redirects_accepted"] is accepted


@pytest.mark.parametrize(("all_value", "own", "accepted"), [(0, 1, False), (1, 0, False), (1, 1, True)])
def test_source_routes_need_both(all_value: int, own: int, accepted: bool) -> None:
    assert ipv4(all_value, own, "accept_source_route")["ipv4_source_routes_accepted"] is accepted


def test_the_stronger_of_two_reverse_path_filters_holds() -> None:
    assert ipv4(1, 0, "rp_filter")["ipv4_reverse_path_filter"] == 1
    assert ipv4(1, 2, "rp_filter")["ipv4_reverse_path_filter"] == 2


def test_either_setting_sends_redirects_and_logs_martians() -> None:
    assert ipv4(0, 1, "send_redirects")["ipv4_redirects_sent"] is True
    assert ipv4(0, 0, "send_redirects")["ipv4_redirects_sent"] is False
    assert ipv4(1, 0, "log_martians")["ipv4_martians_logged"] is True


def test_a_machine_that_forwards_ipv6_takes_no_redirects_and_no_plain_router_adverts() -> None:
    router = ipv6(accept_redirects=1, accept_ra=1, forwarding=1)
    assert router["ipv6_redirects_accepted"] is False
    assert router["ipv6_router_adverts_accepted"] is False
    assert ipv6(accept_ra=2, forwarding=1)["ipv6_router_adverts_accepted"] is True


def test_an_end_machine_takes_what_its_own_keys_say() -> None:
    machine = ipv6(accept_redirects=1, accept_ra=1, forwarding=0, accept_source_route=0)
    assert machine["ipv6_redirects_accepted"] is True
    assert machine["ipv6_router_adverts_accepted"] is True
    assert machine["ipv6_source_routes_accepted"] is False


def test_an_interface_with_ipv6_switched_off_takes_nothing() -> None:
    off = ipv6(accept_redirects=1, accept_ra=1, forwarding=0, disable_ipv6=1)
    assert off["ipv6_redirects_accepted"] is False
    assert off["ipv6_router_adverts_accepted"] is False


def test_without_ipv6_in_the_kernel_nothing_of_it_is_accepted() -> None:
    assert ipv4(0, 0, "rp_filter")["ipv6_redirects_accepted"] is False


def test_a_value_that_was_not_read_is_left_out_of_the_record() -> None:
    assert "ipv4_redirects_accepted" not in ipv4(0, 0, "rp_filter")


def test_loopback_and_the_settings_for_all_are_no_interfaces() -> None:
    text = "".join(f"net/ipv4/conf/{name}/rp_filter:0\n" for name in ("all", "default", "lo", "eth0.7"))
    found = sysctl.values(text)["interfaces"]
    assert isinstance(found, list)
    assert [record["name"] for record in found] == ["default", "eth0.7"]


def test_words_where_a_number_is_expected_make_no_sense() -> None:
    with pytest.raises(Unparsable, match="kernel/kptr_restrict: a number expected"):
        sysctl.values("kernel/kptr_restrict:on\n")


def test_an_answer_without_values_is_no_answer() -> None:
    with pytest.raises(Unparsable):
        sysctl.values("missing kernel/kptr_restrict\n")


KEYS = st.sampled_from(
    ["missing", "denied", "net/ipv4/conf/", "net/ipv6/conf/a/", "accept_ra", ":", "1", "\n"]
)


@given(st.text() | st.lists(KEYS | st.text(max_size=3)).map("".join))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    try:
        facts = sysctl.values(text)
    except Unparsable:
        return
    assert isinstance(facts["interfaces"], list)
