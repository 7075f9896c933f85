"""An enrolled phone cannot smuggle in an entry in another observer's name by calling it its own past."""

from pathlib import Path

from server.operations.store_entries import store_entries
from sync.entry import read_entry
from tests.builders import BuiltPhone
from tests.server.small_server import small_server
from tests.sync.phones import ELECTION, Key, Phone, Written


def test_a_stored_entry_of_another_phone_vouches_for_no_forgery(tmp_path: Path) -> None:
    _, held, _ = small_server(tmp_path)
    amal = BuiltPhone(held, 1, "amal", "shams").phone
    baran = BuiltPhone(held, 2, "baran", "shams").phone
    forged = Phone(Key(99), "amal").write(device=amal.key.device)
    # Baran's second entry names the forgery, and a first one of his makes the server look at that place.
    witness, honest = Phone(baran.key, "", [forged]).write(), baran.write()

    def hand_in(*batch: Written) -> list[object]:
        readings = [read_entry(list(written.texts), ELECTION) for written in batch]
        return [v["verdict"] for v in held.write(lambda c: store_entries(c, readings, baran.key.device, 1))]

    assert hand_in(witness) == ["stored"]
    assert hand_in(honest, forged) == ["stored", "refused"]
