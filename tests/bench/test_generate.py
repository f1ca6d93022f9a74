"""The generator: the same seed, the same bytes; each message unlike every other."""

from email import message_from_bytes, policy

from bench.generate import Generator


def test_a_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (
        [message.raw for message in Generator(seed, "bob@hamburger.test").messages(40)] for seed in (1, 1, 2)
    )
    assert first == again
    assert not set(first) & set(other)


def test_every_message_is_well_formed_and_unique() -> None:
    messages = list(Generator(3, "bob@hamburger.test").messages(200))
    assert len({message.message_id for message in messages}) == 200
    for message in messages:
        assert b"\n" not in message.raw.replace(b"\r\n", b"")
        assert max(map(len, message.raw.split(b"\r\n"))) < 998
        parsed = message_from_bytes(message.raw, policy=policy.default)
        assert parsed["Message-ID"] == message.message_id
        assert not [part for part in parsed.walk() if part.defects]


def test_a_fixed_size_is_kept_within_a_fifth() -> None:
    sizes = sorted(
        len(message.raw) for message in Generator(4, "bob@hamburger.test", 4, fixed=True).messages(200)
    )
    assert sizes[20] > 3300
    assert sizes[180] < 4900
