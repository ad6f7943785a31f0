"""Messages leave once, or stop being worth anything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.broker.messenger import Carriers
from hub.contract.identifiers import AccountId, ChannelKind
from hub.contract.messages import Delivery, Held, Letter, Message, MessageId
from hub.store.database import Database
from hub.store.outbox import Caps, Dispatcher, Outbox
from hub.store.sealing import KeyRing
from hub.store.tables import message as rows
from hub.testing.memory import MemoryChannel
from hub.testing.toolbox import MemoryClock

SMS = ChannelKind("sms")
CODE = Message(
    kind=SMS,
    to="+33600000000",
    template="code",
    values={"code": "123456"},
    account=AccountId("a-1"),
    expires_in=timedelta(minutes=5),
    urgent=True,
)


def write(plugin: str, message: Message) -> Letter:
    return Letter(kind=message.kind, to=message.to, text=f"{plugin}: {message.values['code']}")


class Post:
    """An outbox, the worker's side, and the carrier behind it."""

    def __init__(self, database: Database, keys: KeyRing, clock: MemoryClock) -> None:
        self.rung = 0
        self.channel = MemoryChannel("console", SMS)
        self.clock = clock
        self.database = database
        self.keys = keys
        self.outbox = Outbox(database, keys, clock, Caps(), self._ring, "sent_code")
        self.other = Outbox(database, keys, clock, Caps(), self._ring, "password")
        self.dispatcher = self.worker(write)

    def worker(self, writer: Callable[[str, Message], Letter]) -> Dispatcher:
        carriers = Carriers({"console": self.channel}, {SMS: ["console"]})
        return Dispatcher(self.database, self.keys, self.clock, carriers, writer)

    def _ring(self) -> None:
        self.rung += 1

    def post(self, message: Message = CODE) -> MessageId:
        posted = self.outbox.post(message)
        assert not isinstance(posted, Held)
        return posted

    def delivery(self, message_id: MessageId) -> Delivery:
        progress = self.outbox.progress(message_id)
        assert progress is not None
        return progress.delivery

    def bodies(self) -> int:
        with self.database.transaction() as transaction:
            return transaction.execute(select(func.count(rows.c.body))).scalar_one()


@pytest.fixture
def post(database: Database, keys: KeyRing, clock: MemoryClock) -> Post:
    return Post(database, keys, clock)


def test_a_posted_message_leaves_once_and_its_words_are_erased(post: Post) -> None:
    posted = post.post()
    assert (post.delivery(posted), post.rung, post.bodies()) == (Delivery.WAITING, 1, 1)
    assert [post.dispatcher.deliver(), post.dispatcher.deliver()] == [1, 0]
    assert [letter.text for letter in post.channel.sent] == ["sent_code: 123456"]
    assert (post.delivery(posted), post.bodies()) == (Delivery.HANDED_OVER, 0)


def test_what_is_worth_nothing_from_the_start_is_written_and_never_leaves(post: Post) -> None:
    posted = post.post(replace(CODE, expires_in=timedelta(0)))
    assert post.bodies() == 1
    assert post.dispatcher.deliver() == 0 and post.channel.sent == []
    assert (post.delivery(posted), post.bodies()) == (Delivery.FAILED, 0)


def test_a_message_nobody_waits_for_wakes_nobody(post: Post) -> None:
    post.post(Message(kind=SMS, to="+33600000000", template="news", values={"code": ""}))
    assert post.rung == 0


def test_the_words_of_a_waiting_message_cannot_be_read_in_the_table(post: Post) -> None:
    post.post()
    with post.database.transaction() as transaction:
        held = transaction.execute(select(rows)).one()
    assert b"123456" not in held.body and "33600000000" not in repr(held)


def test_a_failed_message_is_tried_again_later_and_later_and_says_so(post: Post) -> None:
    post.channel.works = False
    posted = post.post()
    for pause in (2, 4, 8, 16, 32, 60, 60):
        assert post.dispatcher.deliver() == 0
        assert post.delivery(posted) is Delivery.FAILED
        post.channel.works = True
        post.clock.later(seconds=pause, microseconds=-1)
        assert post.dispatcher.deliver() == 0
        post.channel.works = False
        post.clock.later(microseconds=1)
    post.channel.works = True
    assert post.dispatcher.deliver() == 1
    assert post.delivery(posted) is Delivery.HANDED_OVER


def test_an_expired_code_is_neither_sent_nor_kept(post: Post) -> None:
    posted = post.post()
    post.clock.later(minutes=5)
    assert post.delivery(posted) is Delivery.FAILED
    assert post.dispatcher.deliver() == 0
    assert (post.channel.sent, post.bodies()) == ([], 0)
    assert post.delivery(posted) is Delivery.FAILED


def test_a_template_that_breaks_does_not_hold_up_the_next_message(post: Post) -> None:
    broken = post.post(Message(kind=SMS, to="+33600000001", template="broken", urgent=True))
    posted = post.post()
    assert post.dispatcher.deliver() == 1
    assert post.delivery(broken) is Delivery.FAILED
    assert post.delivery(posted) is Delivery.HANDED_OVER


def test_a_cancelled_message_does_not_leave(post: Post) -> None:
    posted = post.post()
    post.other.cancel(posted)
    assert post.delivery(posted) is Delivery.WAITING
    post.outbox.cancel(posted)
    assert post.dispatcher.deliver() == 0
    assert post.outbox.progress(posted) is None


def test_another_plugin_learns_nothing_of_a_message(post: Post) -> None:
    assert post.other.progress(post.post()) is None


def test_an_address_gets_ten_a_day_whoever_posts(post: Post) -> None:
    for _ in range(5):
        post.post()
        post.other.post(CODE)
    post.clock.later(hours=23)
    assert post.outbox.post(CODE) == Held(wait=timedelta(hours=1))
    assert isinstance(post.other.post(CODE), Held)
    post.clock.later(hours=1)
    post.post()


def test_a_plugin_s_own_allowance_leaves_half_of_the_address_s_cap(post: Post) -> None:
    for most, posted in ((3, 3), (50, 2)):
        for _ in range(posted):
            assert not isinstance(post.outbox.post(replace(CODE, most=most)), Held)
        held = post.outbox.post(replace(CODE, most=most, to=CODE.to.upper()))
        assert held == Held(wait=timedelta(days=1))
    for _ in range(5):
        assert not isinstance(post.other.post(CODE), Held)
    assert isinstance(post.other.post(CODE), Held)


def test_an_account_gets_twenty_a_day_over_all_its_addresses(post: Post) -> None:
    def to(number: int) -> Message:
        return Message(kind=SMS, to=f"+336{number:08}", template="t", account=AccountId("a-1"))

    for number in range(20):
        post.post(to(number))
    assert post.outbox.post(to(20)) == Held(wait=timedelta(days=1))
    stranger = Message(kind=SMS, to="+33600000020", template="t", account=AccountId("b-2"))
    for _ in range(10):  # the refused one did not count on the address
        assert not isinstance(post.outbox.post(stranger), Held)


def test_a_message_is_not_sent_again_while_a_worker_holds_it(post: Post) -> None:
    post.post()
    again: list[int] = []

    def meanwhile(plugin: str, message: Message) -> Letter:
        again.append(post.dispatcher.deliver())
        return write(plugin, message)

    slow = post.worker(meanwhile)
    assert (slow.deliver(), again, len(post.channel.sent)) == (1, [0], 1)


def test_a_message_of_a_worker_that_died_is_taken_over(post: Post) -> None:
    post.post()

    def dies(plugin: str, message: Message) -> Letter:
        raise SystemExit

    with pytest.raises(SystemExit):
        post.worker(dies).deliver()
    assert post.dispatcher.deliver() == 0
    post.clock.later(minutes=1)
    assert post.dispatcher.deliver() == 1


@pytest.mark.slow
def test_several_workers_share_the_messages_and_send_each_once(post: Post) -> None:
    for number in range(40):
        post.post(Message(kind=SMS, to=f"+336{number:08}", template="t", values={"code": number}))
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: post.dispatcher.deliver(), range(4)))
    assert sum(taken) == len({letter.to for letter in post.channel.sent}) == 40
    assert len(post.channel.sent) == 40


def test_a_notice_of_what_happened_leaves_when_the_cap_is_used_up(post: Post) -> None:
    for _ in range(10):
        post.post()
    assert isinstance(post.outbox.post(CODE), Held)
    told = Message(kind=CODE.kind, to=CODE.to, template="changed", notice=True)
    assert not isinstance(post.outbox.post(told), Held)
