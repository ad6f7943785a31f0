"""Why a share is not sent or not opened, as codes of the catalogue."""

from typing import Final

from hub import Refusal

BAD_MAIL: Final = Refusal(code="emage.bad_mail", counts=False)
LONG_COMMENT: Final = Refusal(code="emage.long_comment", counts=False)
NOT_POSTED: Final = Refusal(code="emage.not_posted", counts=False)
"""The sender's or the recipient's mails of today are used up."""
TOO_SOON: Final = Refusal(code="emage.too_soon", counts=False)
TOO_MANY: Final = Refusal(code="emage.too_many", counts=False)
WRONG_CODE: Final = Refusal(code="emage.wrong_code")
NOT_A_CODE: Final = Refusal(code="emage.not_a_code", counts=False)
CODE_DEAD: Final = Refusal(code="emage.code_dead", counts=False)
RESTS: Final = Refusal(code="emage.rests", counts=False)
