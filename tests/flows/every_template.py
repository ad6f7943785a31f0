"""Who draws the templates that no address alone leads to: a state in the browser, or a test."""

from collections.abc import Mapping
from typing import Final

_STATES: Final = "peers/browser/states_"
DRAWN_BY: Final[Mapping[str, str]] = {
    "account/away.html": "web/test_account.py::test_what_is_done_outside_comes_back_with_a_ticket",
    "account/link.html": f"{_STATES}requests.py::link",
    "account/remove.html": f"{_STATES}account.py::remove",
    "association/form.html": f"{_STATES}medimail.py::association",
    "console/lent.html": f"{_STATES}referent.py::console-create-lent",
    "cps/agent.html": f"{_STATES}card.py::card",
    "cps/away.html": (
        "flows/test_card.py::test_while_the_browser_asks_the_page_behind_says_what_to_expect"
    ),
    "cps/card.html": f"{_STATES}card.py::card",
    "directory/full.html": "flows/test_every_page.py::test_the_page_of_somebody_who_likes_too_many",
    "directory/gone.html": f"{_STATES}directory.py::directory-gone",
    "emage/code.html": f"{_STATES}share.py::shared-code",
    "emage/form.html": f"{_STATES}share.py::share-form",
    "emage/gone.html": f"{_STATES}share.py::shared-gone",
    "emage/not_mine.html": f"{_STATES}share.py::share-not-mine",
    "hub/code.html": f"{_STATES}signin.py::application",
    "hub/kept.html": (
        "web/test_kept_forms.py::test_a_form_whose_session_is_over_comes_back_as_it_was_left"
    ),
    "hub/secret.html": f"{_STATES}signin.py::signin",
    "hub/stranger.html": f"{_STATES}requests.py::stranger",
    "hub/unfit.html": f"{_STATES}card.py::card-in-an-unfit-browser",
    "hub/wait.html": "web/test_signin.py::test_a_waiting_page_reloads_itself_without_script",
    "oidc/account.html": f"{_STATES}signin.py::account-choice",
    "oidc/consent.html": f"{_STATES}signin.py::consent",
    "oidc/device_confirm.html": f"{_STATES}devices.py::device-confirm",
    "oidc/scan.html": f"{_STATES}devices.py::device-to-scan",
    "pages/error.html": f"{_STATES}errors.py::error-404",
    "pages/leave.html": f"{_STATES}portal.py::leave",
    "pages/leaving_form.html": (
        "frontends/saml/test_telling.py::test_what_is_inside_a_frame_is_shown_nowhere_else"
    ),
    "pages/leaving_noted.html": (
        "frontends/saml/test_telling.py::test_a_service_of_the_same_site_closes_in_its_frame_alone"
    ),
    "pages/left.html": f"{_STATES}portal.py::left",
    "pages/stray.html": f"{_STATES}errors.py::error-400-service",
    "passkey/enrol.html": f"{_STATES}account.py::enrol-passkey",
    "passkey/prove.html": f"{_STATES}signin.py::passkey",
    "password/change.html": f"{_STATES}signin.py::password-expired",
    "password/chosen.html": f"{_STATES}account.py::password-chosen",
    "password/dead.html": f"{_STATES}account.py::choose-password-too-late",
    "password/sent.html": f"{_STATES}account.py::forgotten-sent",
    "portal/bad_link.html": f"{_STATES}portal.py::bad-link",
    "requests/confirmed.html": f"{_STATES}requests.py::request-confirmed",
    "requests/dead.html": f"{_STATES}requests.py::request-too-late",
    "requests/sent.html": f"{_STATES}requests.py::request-sent",
    "sent_code/address.html": f"{_STATES}account.py::enrol-address",
    "sent_code/choose.html": f"{_STATES}signin.py::code-choice",
    "sent_code/code.html": f"{_STATES}signin.py::code-sent",
    "sent_code/confirm.html": f"{_STATES}account.py::enrol-confirm",
    "sent_code/state.html": f"{_STATES}signin.py::code-watched",
    "signin/away.html": "flows/test_psc_sign_in.py::test_a_card_and_the_terms_open_the_portal",
    "signin/away_form.html": (
        "backends/saml_provider/test_whole_hub.py::test_an_encrypted_answer_signs_in_too"
    ),
    "signin/barred.html": f"{_STATES}signin.py::barred-no-means",
    "signin/method.html": f"{_STATES}signin.py::code-choice",
    "signin/other.html": f"{_STATES}signin.py::other-person",
    "signin/watched.html": f"{_STATES}signin.py::code-watched",
    "totp/enrol.html": f"{_STATES}account.py::enrol-application",
}
"""By template: the file below tests/, and the state or test there."""
