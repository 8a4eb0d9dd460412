"""What the rules of a contest can refuse."""

from core.errors import DomainError
from core.text import N_


class AttemptClosed(DomainError):
    """The attempt was submitted, or its time ran out."""

    message = N_("Time is up: this attempt takes no more answers.")


class CannotStart(DomainError):
    """The round's hours or its attempt policy do not let the person start now."""


class CannotPredict(DomainError):
    """A prediction cannot be sent: it is locked, or it is no such number."""


class ConsentWithdrawn(CannotStart):
    """The person took back the consent that marking and ranking rest on."""

    message = N_(
        "You have withdrawn your consent to use your name and unit for this contest,"
        " so no new attempt can be made."
    )


class CannotEnter(DomainError):
    """The person may not take part in this contest."""


class EntryClosed(CannotEnter):
    """The contest takes no more people."""

    message = N_("This contest takes no registrations now.")


class Excluded(CannotEnter):
    """The person helps to hold the contest, and may therefore not enter it."""

    message = N_("You help to hold this contest, so its rules do not let you enter it.")


class TooYoung(CannotEnter):
    """The person is younger than the contest's rules allow."""

    message = N_("This contest is for people from %(age)s years of age.")


class WrongBlock(CannotEnter):
    """The person does not belong to the block chosen."""


class BlockTaken(DomainError):
    """People are in the block already."""

    message = N_("People have entered this group already, so it cannot be taken away.")


class WrongTable(DomainError):
    """An overall table would be of rounds that the contest does not have, or of no order."""

    message = N_("An overall table is of rounds of its own contest.")


class NotEnoughItems(DomainError):
    """The bank cannot fill the blueprint."""

    message = N_("The bank does not have enough questions for this paper.")


class RoundNotReady(DomainError):
    """The round lacks something that it needs before people may enter."""


class RoundFinal(DomainError):
    """The round's results are final."""

    message = N_("The results of this round are final and cannot be changed.")


class RoundTaken(DomainError):
    """Somebody has begun the round."""

    message = N_(
        "People have begun this round: its paper, hours and ranking can no longer be edited."
        " Move its hours with “Extend” or “Close early”."
    )


class NameTaken(DomainError):
    """Another contest has this address."""

    message = N_("Another contest has this address already. Choose another one.")


class WrongHour(DomainError):
    """The hours of the round do not allow this change."""

    message = N_("The hours of the round do not allow this change now.")


class PapersFaulty(DomainError):
    """Sealed papers were altered or cannot be opened."""

    message = N_(
        "The sealed papers of these candidates cannot be used: %(numbers)s. Prepare again."
    )


class ClaimLost(DomainError):
    """The answer is no longer this marker's to mark."""

    message = N_(
        "This answer has been given to somebody else, because its mark did not come in time."
        " Take the next one."
    )


class MarkingClosed(DomainError):
    """The results were computed: marks stay as they are."""

    message = N_("The results of this round are computed; essays are no longer marked.")


class WrongMark(DomainError):
    """A mark is not between nothing and the points there are."""

    message = N_("Every mark lies between 0 and the points of its criterion.")


class CannotDecide(DomainError):
    """This person cannot decide about the attempt, or not now."""


class WrongChange(DomainError):
    """A change to results cannot be made: its row is not there, or stands so already."""


class AppealRefused(DomainError):
    """Nobody may appeal now, or not this person, or not again."""


class NothingLate(CannotDecide):
    """Every answer of the attempt came in time."""

    message = N_("No answer of this attempt came late.")


class SamePerson(CannotDecide):
    """Who proposed something cannot also be the second person."""

    message = N_("You proposed this yourself: somebody else has to agree to it or refuse it.")


class AlreadyDecided(CannotDecide):
    """Somebody was faster."""

    message = N_("This proposal has been decided or taken back already.")


class EssayAlreadyMarked(CannotDecide):
    """The decision would change an essay that people have marked."""

    message = N_(
        "One of these answers is an essay that somebody has marked by now."
        " Refuse the proposal, and let it be made again: marked essays then stay as they are."
    )


class ClockInDoubt(DomainError):
    """Nobody knows whether the time here is right, and a time server was to say so."""


class NeedsSecond(DomainError):
    """Time would be taken from people who have begun: a second person must agree."""

    message = N_(
        "This takes time from people who have begun, so a second organiser must confirm it."
    )


class OnlySecond(DomainError):
    """Whoever proposed a change cannot confirm it as well."""

    message = N_("Another organiser must confirm this: you proposed it yourself.")


class SittingTaken(DomainError):
    """Somebody sits or has begun there."""


class WrongSeat(DomainError):
    """Nobody can be put there."""


class PeopleWriting(DomainError):
    """Attempts run, and their ends would move."""

    message = N_(
        "Attempts are running now: %(count)s. Taking another time over would take time from"
        " them or give it. Wait until they are done, or tick the box and answer for it."
    )


class DocumentIncomplete(DomainError):
    """A document was asked for that something is still missing for."""

    message = N_("This document cannot be written yet: look at what is still missing.")


class CertificateGone(DomainError):
    """A certificate, or its design, that is no more what it was."""

    message = N_("This certificate has been replaced, or the person it was for is gone.")


class PrizesGiven(DomainError):
    """Winners were proposed or decided by these prizes."""

    message = N_(
        "Winners of these prizes have been proposed or decided:"
        " take that back before changing them."
    )


class CannotAward(DomainError):
    """This prize cannot be given so."""


class QuotaWrong(DomainError):
    """A quota that asks for nothing, or for what cannot be."""


class CannotJudge(DomainError):
    """A sheet, an entry or a protocol that cannot be judged so."""


class CannotDeliberate(DomainError):
    """A panel cannot decide so about a sheet, a line or equal entries."""


class CannotPromote(DomainError):
    """Nobody can go on so to the next round."""


class CannotVote(DomainError):
    """A vote that is not taken, or votes that cannot be treated so."""


class EntryShut(DomainError):
    """An entry takes no changes now: its hours are over, or it is being looked at."""

    message = N_("This entry takes no changes now.")


class EntryIncomplete(DomainError):
    """An entry cannot be handed in yet; `message` says what is missing."""


class CannotUpload(DomainError):
    """A file is not taken; `message` says why."""


class CannotScreen(DomainError):
    """This person cannot screen this entry, or not so, or not now."""
