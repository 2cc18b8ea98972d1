"""Who may charge: what the station itself can tell, and which questions wait for the central system."""

from ..base.log import masked
from .claim import same

# FreeVend: whoever plugs in charges, with FreeVendIdTag (free_vend.py).
KEYS = """
AuthorizeRemoteTxRequests RW bool true
AuthorizationCacheEnabled RW bool true
LocalAuthorizeOffline RW bool true
LocalPreAuthorize RW bool false
AllowOfflineTxForUnknownId RW bool false
FreeVend RW bool false
FreeVendIdTag RW idtag FREE
"""

# People in front of the station; for the fifth, the oldest question is decided without the central system.
_QUESTIONS_MAX = 4
# Nobody stands before a reader for longer than this without an answer.
_PATIENCE_MS = 60000


def _id_tag(text: str) -> str:
    """An idTag as an installer or an operator gives it (§7.28). Raises ValueError."""
    printable = [character for character in text if " " < character <= "~"]
    if not 0 < len(text) <= 20 or len(printable) < len(text):
        raise ValueError("1 to 20 printable characters without spaces are allowed")
    return text


KINDS = {"idtag": _id_tag}


class Question:
    """Somebody waits: `decided(status, parent_id_tag)` is called once, sooner or later."""

    def __init__(self, id_tag: str, connector_id: "int | None", decided, since: int):
        self.id_tag = id_tag
        self.connector_id = connector_id
        self.decided = decided
        self.since = since


class Authorization:
    """Decides about idTags (OCPP 1.6 §3.5, §4.1): from the cache, or by asking in the order of presentation.

    `cache` is the storage of the authorization cache. `stand_alone`: the installation says that this station charges
    before a central system has ever accepted it.
    """

    def __init__(self, clock, config, cache, local_list, registration, log):
        self._clock = clock
        self._config = config
        self._storage = cache
        self._list = local_list
        self.conflict = None  # an idTag of which the list says something else than the central system
        self._registration = registration
        self._log = log
        self._questions = []
        self.online = False
        self.stand_alone = False

    def free(self, id_tag: str) -> bool:
        """Whether a transaction of this idTag is a free one: nobody with a card is behind it."""
        return self._config["FreeVend"] and same(id_tag, self._config["FreeVendIdTag"])

    def listed(self, id_tag: str) -> "tuple | None":
        """(status, expiry, parentIdTag) of the local authorization list, or None."""
        if self._list is None or not self._config["LocalAuthListEnabled"]:
            return None
        return self._list.find(id_tag)

    def local(self, id_tag: str) -> "tuple | None":
        """(status, parentIdTag) as far as it is known here, or None. What has expired is Expired.

        The list has priority over the cache (§3.5.3).
        """
        return self._valid_now(self.listed(id_tag) or self._cached(id_tag))

    def _cached(self, id_tag):
        return self.cache().find(id_tag) if self._config["AuthorizationCacheEnabled"] else None

    def cache(self):
        """The authorization cache, for as long as it is used: all of it is on flash."""
        from .authorization_cache import AuthorizationCache

        return AuthorizationCache(self._storage, self._log)

    def _valid_now(self, entry):
        if entry is None:
            return None
        status, expiry, parent = entry
        if status == "ConcurrentTx":
            status = "Accepted"  # it charged somewhere when the list was made: a valid one (§3.5.2)
        now = self._clock.now()
        if status == "Accepted" and expiry is not None and (now is None or now >= expiry):
            status = "Expired"
        return status, parent

    def learn(self, id_tag: "str | None", status: str, expiry: "int | None", parent_id_tag: "str | None"):
        """Whatever the central system says of an idTag is kept (OCPP 1.6 §3.5.1), but not of one in the list.

        As it came: an entry is updated with the IdTagInfo of the answer (§4.1, §4.8, §4.10), so that an expiry or a
        parentIdTag that does not come again has gone. A card that has left its group must not stop the group's sessions
        offline for ever; a session that runs keeps the group that it began with.
        """
        if not id_tag:
            return
        listed = self._valid_now(self.listed(id_tag))
        if listed:
            self.cache().drop(id_tag)  # an older word
            known, _parent = listed
            if (known == "Accepted") != (status in ("Accepted", "ConcurrentTx")):
                self.conflict = id_tag
            elif same(self.conflict, id_tag):
                self.conflict = None  # they agree again
        elif self._config["AuthorizationCacheEnabled"]:
            # Of the moment, not of the idTag (§7.2): it must not be refused offline for ever after.
            kept = "Accepted" if status == "ConcurrentTx" else status
            self.cache().put(id_tag, kept, expiry, parent_id_tag)
        else:
            # Nothing is kept, and nothing that is true no more comes back when the cache is switched on again.
            self.cache().drop(id_tag)

    def clear(self):
        """ClearCache, as a generator that works in pieces; returns False when there is no cache (errata 3.23)."""
        if not self._config["AuthorizationCacheEnabled"]:
            return False
        yield from self.cache().clear()
        return True

    def ask(self, id_tag: str, connector_id: "int | None", decided, group: bool = False):
        """Find out whether the idTag may charge; `group`: it can do something only as one of a group."""
        known = self.local(id_tag)
        if not self.online:
            self._decide_offline(id_tag, known, decided)
            return
        if known and self._config["LocalPreAuthorize"]:
            status, parent = known
            # The list is the central system's own word; of what the cache says it may think better.
            # Whose group it is the central system may know where list and cache do not (§5.13).
            starts = status == "Accepted" and (parent or not group)
            if starts or (status in ("Blocked", "Invalid") and self.listed(id_tag)):
                self._log("authorization: %s is %s here" % (masked(id_tag), status))
                decided(status, parent)
                return
        for question in self._questions:
            if same(question.id_tag, id_tag) and question.connector_id == connector_id:
                return  # the same card again, while its answer is on the way
        if len(self._questions) >= _QUESTIONS_MAX:
            self.unanswered(self._questions[0])
        self._questions.append(Question(id_tag, connector_id, decided, self._clock.uptime()))

    def _decide_offline(self, id_tag, known, decided):
        """Without the central system (OCPP 1.6 §3.5.4), and never before it has accepted this station once (§4.2.1).

        Where charging is free, the owner's word counts for an idTag of which the central system has said nothing.
        """
        status, parent = known or ("Invalid", None)
        ever = self._registration.ever or self.stand_alone
        if not ever or self._registration.status in ("Pending", "Rejected"):
            status = "Invalid"
        elif known is None or (status == "Accepted" and not self._config["LocalAuthorizeOffline"]):
            # Where list and cache may let nobody in, a card that they know is as good as one that they do not: if
            # strangers may charge, so may it. One that they refuse may not (§3.5.4).
            unknown = self._config["AllowOfflineTxForUnknownId"] or self.free(id_tag)
            status = "Accepted" if unknown else "Invalid"
        self._log("authorization: offline, %s is %s" % (masked(id_tag), status))
        decided(status, parent)

    def asked(self, connector_id: int) -> bool:
        """Whether somebody waits for an answer who wants this connector."""
        return connector_id in [question.connector_id for question in self._questions]

    @property
    def waiting(self) -> bool:
        """Whether anybody waits before the reader."""
        return bool(self._questions)

    def next(self) -> "Question | None":
        """The oldest question that somebody still waits for."""
        while self._questions and self._clock.uptime() - self._questions[0].since > _PATIENCE_MS:
            self._done(self._questions[0], "Invalid", None)
        return self._questions[0] if self._questions else None

    def _done(self, question, status, parent_id_tag):
        self._questions.remove(question)
        try:
            question.decided(status, parent_id_tag)
        except MemoryError:
            self._questions.append(question)  # and is decided again
            raise

    def answered(self, question, status: str, parent_id_tag: "str | None"):
        """The central system has decided."""
        if question in self._questions:
            self._log("authorization: %s is %s" % (masked(question.id_tag), status))
            self._done(question, status, parent_id_tag)

    def unanswered(self, question):
        """No usable answer, which is the same as no connection."""
        if question in self._questions:
            known = self.local(question.id_tag)
            self._decide_offline(question.id_tag, known, lambda *decision: self._done(question, *decision))

    def offline(self):
        """The connection is gone: cards that wait are answered now."""
        self.online = False
        for question in list(self._questions):
            self.unanswered(question)
