"""What asks for verified TLS goes where it is proven, and comes back with the reason where it isn't."""

from tests.flows.conftest import PLACE, World
from tests.flows.servers import wait_for


def test_a_letter_goes_over_verified_tls_and_its_wish_with_it(world: World) -> None:
    alice, bob = world.alice(), world.bob()
    alice.send([bob.address], "For your eyes", "The recipe", tls="required")
    arrived = wait_for(lambda: bob.message("inbox", "For your eyes"))
    sent = alice.message("sent", "For your eyes")
    assert sent
    told = wait_for(lambda: found if "221 " in (found := alice.trace(sent)) else "")
    assert "proven by PKIX" in told
    assert "MAIL FROM:&lt;alice@crepes.test&gt;" in told
    assert " REQUIRETLS" in told
    assert b"with ESMTPS (TLSv1" in bob.fetch(f"/messages/{arrived}/message.eml")


def test_where_nothing_is_proven_it_comes_back_and_goes_when_the_wish_is_dropped(world: World) -> None:
    alice, bob = world.alice(), world.bob()
    bob.send([alice.address], "For you alone", "The other recipe", tls="required")
    sent = wait_for(lambda: bob.message("sent", "For you alone", 0))
    report = wait_for(lambda: bob.message("inbox", "For you alone"))
    card = bob.get(f"/messages/{report}/")
    assert "The way to crepes.test is not encrypted as it has to be." in card
    told = bob.trace(sent)
    assert f"No proven encryption with {PLACE}: self-signed certificate" in told
    assert "MAIL FROM" not in told
    assert alice.message("inbox", "For you alone") is None
