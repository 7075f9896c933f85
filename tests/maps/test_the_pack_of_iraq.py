"""The pack holds what the commission and the observers use, adds up, and refuses contradictions."""

import json
import shutil

import pytest

from server.imports.governorate_names import GovernorateNames
from server.packs import PackFault, load_pack, load_pack_from
from tests.maps.places import LANGUAGES, PACK


def test_it_has_19_governorates_73_incident_types_and_5_checklists():
    assert len(PACK.governorates) == 19
    assert len(PACK.incident_types) == 73
    assert len(PACK.incident_groups) == 10
    assert list(PACK.checklists_by_id) == ["arrival@1", "opening@1", "voting@1", "closing@1", "counting@1"]
    assert [len(checklist.questions) for checklist in PACK.checklists] == [9, 14, 21, 3, 18]


def test_stations_and_centres_add_up_to_the_country():
    assert sum(governorate.stations for governorate in PACK.governorates) == 39_285
    assert sum(governorate.centres for governorate in PACK.governorates) == 8_703


@pytest.mark.parametrize(
    ("codes", "centres", "stations"),
    [(["IQ-AR"], 528, 2_003), (["IQ-SU", "IQ-HA"], 506, 2_200), (["IQ-DA"], 278, 1_396)],
)
def test_the_sizes_that_the_commission_stated_are_kept(codes, centres, stations):
    chosen = [PACK.governorates_by_code[code] for code in codes]
    assert sum(governorate.centres for governorate in chosen) == centres
    assert sum(governorate.stations for governorate in chosen) == stations


def test_the_commission_has_19_offices_and_baghdad_two_of_them():
    offices = [office.code for governorate in PACK.governorates for office in governorate.offices]
    assert len(set(offices)) == 19
    assert [office.code for office in PACK.governorates_by_code["IQ-BG"].offices] == ["IQ-BG-K", "IQ-BG-R"]


def test_the_phone_gets_no_weights_sizes_or_outlines():
    public = PACK.public()
    text = json.dumps(public)
    assert not any(word in text for word in ("weight", "registered", "turnout", "complaint_colour", "basis"))
    assert set(public["governorates"][0]) == {"code", "name", "tile", "label"}
    assert len(text.encode()) < 150_000


def test_every_word_is_there_in_three_languages():
    def walk(value):
        if isinstance(value, dict) and "ar" in value:
            assert set(value) == set(LANGUAGES)
            assert all(words.strip() for words in value.values())
        elif isinstance(value, dict):
            [walk(inner) for inner in value.values()]
        elif isinstance(value, list):
            [walk(inner) for inner in value]

    walk(PACK.public())


def test_labels_are_not_called_reviewed_before_a_native_speaker_saw_them():
    assert PACK.labels_reviewed is False


def test_the_camera_is_never_offered_inside_a_voting_station():
    policy = PACK.settings["photo_policy"]
    assert policy["voting"] == "never"
    assert "allowed" not in policy.values()


def test_a_pack_is_read_once():
    assert load_pack() is load_pack("iraq")


def broken(tmp_path, file, change):
    folder = tmp_path / "iraq"
    shutil.copytree(PACK.folder, folder)
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    change(content)
    (folder / file).write_text(json.dumps(content), encoding="utf-8")
    return folder


def voting(content):
    return content["checklists"][2]["questions"]


@pytest.mark.parametrize(
    ("file", "key", "change"),
    [
        ("incident_types.json", "OP01.group", lambda c: c["types"][0].update(group="nowhere")),
        ("incident_types.json", "OP01", lambda c: c["types"].append(c["types"][0])),
        ("incident_types.json", "OP01.severity", lambda c: c["types"][0].update(severity=6)),
        ("incident_types.json", "OP01.label", lambda c: c["types"][0]["label"].update(ckb=" ")),
        ("incident_types.json", "OP01", lambda c: c["types"][0].pop("photo")),
        ("checklists.json", "VO1.incident", lambda c: voting(c)[0].update(incident="XX99")),
        ("checklists.json", "VO3.expected", lambda c: voting(c)[2].update(expected="perhaps")),
        (
            "checklists.json",
            "VO4.show_if",
            lambda c: voting(c)[3].update(show_if={"question": "VO9", "above": 0}),
        ),
        (
            "checklists.json",
            "VO5.show_if",
            lambda c: voting(c)[4].update(show_if={"question": "VO3", "above": 0}),
        ),
        (
            "checklists.json",
            "VO15.show_if",
            lambda c: voting(c)[14].update(show_if={"question": "VO14", "is": ["?"]}),
        ),
        ("checklists.json", "VO7.options", lambda c: voting(c)[6].update(options=None)),
        ("governorates.json", "IQ-AN.label", lambda c: c["governorates"][0].update(label=[33.0, 43.0])),
        ("governorates.json", "IQ-AN", lambda c: c["governorates"][0].pop("tile")),
        (
            "settings.json",
            "photo_policy.voting",
            lambda c: c["settings"]["photo_policy"].update(voting="maybe"),
        ),
        ("settings.json", "country_box", lambda c: c["settings"].pop("country_box")),
    ],
)
def test_a_contradiction_is_refused_by_file_and_key(tmp_path, file, key, change):
    with pytest.raises(PackFault) as fault:
        load_pack_from(broken(tmp_path, file, change))
    assert (fault.value.file, fault.value.key) == (file, key)
    assert file in str(fault.value)


def test_a_file_that_is_no_json_is_refused_by_name(tmp_path):
    folder = tmp_path / "iraq"
    shutil.copytree(PACK.folder, folder)
    (folder / "settings.json").write_text("{", encoding="utf-8")
    with pytest.raises(PackFault, match=r"settings\.json"):
        load_pack_from(folder)


def test_a_list_may_spell_a_governorate_as_offices_do() -> None:
    names = GovernorateNames(load_pack())
    spelled = {"Ninewa": "IQ-NI", "Dohuk": "IQ-DA", "Thi-Qar": "IQ-DQ", "Salah Al Din": "IQ-SD", "الديوانية": "IQ-QA"}
    assert {each: names.code_of(each) for each in spelled} == spelled


def test_no_two_governorates_share_a_spelling() -> None:
    spellings = [(alias.lower(), each.code) for each in load_pack().governorates for alias in each.aliases]
    assert len({spelling for spelling, _ in spellings}) == len(spellings)
