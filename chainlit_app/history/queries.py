"""What is asked of the tables: the list of conversations, and where one stands."""

import re

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from chainlit_app.history.schema import conversations, turns

_CURSOR = re.compile(r"(\d+(?:\.\d+)?)-(\d+)")


def listing(owner: str, search: str) -> Select[tuple[int, str, str, float, float, str]]:
    """Return the query for a reader's conversations, newest first, in which all words of `search` stand."""
    first = turns.alias()
    asked = select(first.c.question).where(first.c.conversation == conversations.c.key)
    query = select(
        conversations.c.key,
        conversations.c.id,
        conversations.c.name,
        conversations.c.began,
        conversations.c.changed,
        asked.order_by(first.c.number).limit(1).scalar_subquery().label("asked"),
    ).where(conversations.c.owner == owner, or_(conversations.c.name != "", asked.exists()))
    for word in search.split():
        query = query.where(_said(word))
    return query.order_by(conversations.c.changed.desc(), conversations.c.key.desc())


def _said(word: str) -> ColumnElement[bool]:
    """Return the condition that a word stands in the name, a question or an answer."""
    in_turns = select(turns.c.number).where(
        turns.c.conversation == conversations.c.key,
        or_(turns.c.question.icontains(word, autoescape=True), turns.c.answer.icontains(word, autoescape=True)),
    )
    return or_(conversations.c.name.icontains(word, autoescape=True), in_turns.exists())


def beyond(cursor: str) -> ColumnElement[bool]:
    """Return the condition for what stands in the list behind that place; one that is no place is the beginning."""
    last = _CURSOR.fullmatch(cursor)
    if last is None:
        return true()
    changed, key = float(last[1]), int(last[2])
    same = and_(conversations.c.changed == changed, conversations.c.key < key)
    return or_(conversations.c.changed < changed, same)


def own(owner: str, id: str) -> ColumnElement[bool]:
    """Return the condition for one conversation of one reader."""
    return and_(conversations.c.owner == owner, conversations.c.id == id)


def turns_of(owner: str, id: str) -> Select[tuple[str, bool]]:
    """Return the query for the ids of a conversation's turns, and whether each is kept to its end."""
    joined = turns.join(conversations, turns.c.conversation == conversations.c.key)
    return select(turns.c.id, turns.c.record.is_not(None).label("ended")).select_from(joined).where(own(owner, id))
