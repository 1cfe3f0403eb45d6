# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What win_filter_driver_info returns: of the server of 300 drivers, of a captured one, and field by field."""

from __future__ import annotations

import base64
import copy
import gzip
import json
from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    info as filter_driver_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers import origin
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.classification import LEFTOVERS
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import wrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support import CAPTURES
from tests.support.planning import options_of, plan_for
from tests.support.scenarios import drivers
from tests.support.servers import FAMV4, FAMV4_FILE, SERVICES, exchange, read

NOW = "2026-11-23T14:00:00Z"
CAPTURE = CAPTURES / "services-nt61.yml"
COMPANIES = (None, "Some Vendor Inc.", "Microsoft Corporation", "Windows (R) Win 7 DDK provider")


def ask(document: dict[str, Any], **given: Any) -> Plan:
    """Return what the module decides on a server."""
    return plan_for(filter_driver_info, document, NOW, **given)


def classifications(plan: Plan) -> dict[str, str]:
    """Return the classification on each driver."""
    return {driver["name"]: driver["classification"] for driver in plan.data["drivers"]}


def left_behind(plan: Plan) -> dict[str, str]:
    """Return the drivers that are said to be left behind."""
    return {
        name: classification for name, classification in classifications(plan).items() if classification in LEFTOVERS
    }


def only(plan: Plan, name: str) -> dict[str, Any]:
    """Return what is returned of one driver."""
    return next(driver for driver in plan.data["drivers"] if driver["name"] == name)


@pytest.fixture(scope="module")
def large() -> Plan:
    """Return what is returned of the server of 300 drivers."""
    return ask(drivers.large())


def test_the_six_and_no_other_are_found_among_three_hundred(large: Plan) -> None:
    assert len(large.data["drivers"]) == drivers.COUNT
    assert left_behind(large) == drivers.LEFTOVERS
    told = {
        finding.subject: finding.status for finding in large.findings if finding.is_open and finding.severity != "info"
    }
    assert told == {**dict.fromkeys({*drivers.LEFTOVERS, "vsepflt"} - {"TvTrack"}, "attention"), "FAMv4": "drifted"}


def test_the_six_are_found_without_the_list_of_names_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "is_in_box", lambda name: False)
    assert left_behind(ask(drivers.large())) == drivers.LEFTOVERS
    assert left_behind(ask(drivers.stock().document())) == {}


def test_the_reply_is_small() -> None:
    reply = Replica(drivers.large()).execute(Request(filter_driver_info.queries(options_of(filter_driver_info))))
    assert len(base64.b64encode(gzip.compress(wrap("0" * 32, reply).encode()))) <= 64 * 1024


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("vmhgfs", "product VMware Tools"),
        ("TmFilter", "product Trend Micro OfficeScan Client"),
        ("VirtFile", "product Veritas Backup Exec Agent"),
        ("NgSentry", "product File Sentinel for Everyone"),
        ("HollinFS", "product Hollin Sync"),
        ("ExIFS", "product Microsoft Exchange Server 2010"),
        ("oldguard", "product Guardian Endpoint"),
        ("KestrelFlt", "service KestrelSvc"),
        ("LarkNet", "service LarkAgent"),
        ("bnx2", "device PCI\\VEN_14E4&DEV_1639\\4&2A6B"),
        ("bcmdiag", "driver bnx2"),
        ("pinedrv", "product Pinedrive Component"),
        ("fam", "product Quick Heal Total Security"),
        ("RepDrv", "product Double-Take Availability"),
    ],
)
def test_an_owner_is_named(large: Plan, name: str, owner: str) -> None:
    driver = only(large, name)
    assert driver["classification"] == "owned"
    assert f"{driver['owner']['kind']} {driver['owner']['name']}" == owner
    assert driver["owner"]["name"] in driver["evidence"][0]


def stock_of_capture(company: str | None) -> dict[str, Any]:
    """Return the captured server, every image there and of one company; None is a file without a version resource."""
    services = yaml.safe_load(CAPTURE.read_text(encoding="utf-8"))
    names = {
        "type": "Type",
        "start": "Start",
        "group": "Group",
        "error_control": "ErrorControl",
        "image_path": "ImagePath",
    }
    registry = {
        f"{SERVICES}\\{each['name']}": {value: each[field] for field, value in names.items() if each[field] is not None}
        for each in services
    }
    document = {"environment": {"SystemRoot": "C:\\Windows", "SystemDrive": "C:"}, "registry": registry}
    found = read(document, filter_driver_info.queries(options_of(filter_driver_info)))
    return {**document, "files": {path: {"company": company, "product": "Some Product"} for path in found.files}}


@pytest.mark.parametrize("company", COMPANIES)
def test_no_driver_of_a_stock_windows_is_said_to_be_left_behind(company: str | None) -> None:
    plan = ask(stock_of_capture(company))
    assert len(plan.data["drivers"]) == 238
    assert left_behind(plan) == {}
    assert left_behind(ask({**stock_of_capture(company), "files": {}})) == {}


def test_everything_is_returned_of_a_driver() -> None:
    document = exchange(DisplayName="@oem7.inf,%name%;File Access Manager", DependOnService=["FltMgr"])
    document["registry"] |= {
        f"{FAMV4}\\Instances\\FAM": {"Altitude": "100123.5", "Flags": 1},
        f"{FAMV4}\\Parameters\\Instances\\New": {"Altitude": "100124"},
        f"{SERVICES}\\W3SVC": {"Type": 0x20, "Start": 2, "DependOnService": ["famv4"]},
        f"{drivers.VOLUMES}": {"LowerFilters": ["FAMV4"]},
        f"{drivers.CONTROL}\\SafeBoot\\Minimal\\FAMv4.sys": {"": "Driver"},
        f"{drivers.ENUM}\\ROOT\\FAM\\0000": {"Service": "FAMv4"},
        f"{drivers.ENUM}\\FAMBUS\\FAM\\1": {"Service": "FAMv4", "Driver": "{1}\\0001"},
        f"{FAMV4}\\Enum": {"0": "FAMBUS\\FAM\\1", "Count": 1},
        f"{drivers.CONTROL}\\Class\\{{1}}\\0001": {"InfPath": "OEM7.inf"},
        f"{FAMV4}\\StartOverride": {"0": 3},
    }
    document["files"][FAMV4_FILE] |= {"product_version": "4.1", "original_filename": "fam.sys"}
    driver = only(ask(document), "FAMv4")
    wanted = {
        "type": 2, "start": 1, "start_type": "system", "error_control": 1, "group": "Filter", "altitude": "100123.5",
        "display_name": "@oem7.inf,%name%;File Access Manager", "packages": ["oem7.inf"], "needs": ["FltMgr"],
        "image_path": "\\SystemRoot\\system32\\drivers\\FAMv4.sys",
        "image": "C:\\WINDOWS\\system32\\drivers\\FAMv4.sys",
        "exists": True, "company": "Vision Works Solutions Incorporated",
        "status": "running", "running": True, "can_stop": True,
        "filter_lists": [f"{drivers.VOLUMES}\\LowerFilters"],
        "needed_by": ["W3SVC"], "safe_boot": ["Minimal\\FAMv4.sys"],
        "devices": ["FAMBUS\\FAM\\1", "ROOT\\FAM\\0000"], "product_version": "4.1", "original_filename": "fam.sys",
        "marked_for_deletion": False, "start_override": 3, "network": [], "hidden": True, "classification": "owned",
    }  # fmt: skip
    assert {field: driver[field] for field in wanted} == wanted
    assert [(each["name"], each["altitude"], each["place"]) for each in driver["instances"]] == [
        ("FAM", "100123.5", "Instances"),
        ("New", "100124", "Parameters\\Instances"),
    ]
    assert len(driver["protected"]) == 5


def test_a_program_is_no_driver_and_is_not_returned() -> None:
    assert "W3SVC" not in classifications(ask(exchange()))


def test_match_and_classifications_choose_and_select_reshapes() -> None:
    document = drivers.large()
    found = ask(document, match="start < `2` && !running", classifications=["orphan"])
    assert set(classifications(found)) == {"OrbVault"}
    assert [finding.subject for finding in found.findings] == ["OrbVault"]
    assert "selected" not in found.data
    picked = ask(document, classifications=["dangling"], select="[].{driver: name, file: image}")
    assert picked.data["selected"] == [{"driver": "GrymSnap", "file": f"{drivers.DRIVERS}\\GrymSnap.sys"}]
    old = ask(document, select="[?version_lt(file_version, '4.0.0.2') && glob(name, 'f*')].name")
    assert old.data["selected"] == ["FAMv4"]


@pytest.mark.parametrize("option", ["select", "match"])
def test_a_bad_expression_shows_where(option: str) -> None:
    with pytest.raises(BadOption, match=rf"(?s){option} is not a JMESPath expression: .*, at character \d+ of "):
        options_of(filter_driver_info, **{option: "[?start == `1`"})


def test_a_function_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadOption, match="version_less"):
        ask(exchange(), match="version_less(file_version, '1')")


def finding(document: dict[str, Any], **given: Any) -> Any:
    """Return the finding on FAMv4."""
    return next(each for each in ask(document, **given).findings if each.subject == "FAMv4")


def test_a_users_entry_makes_a_known_leftover() -> None:
    mine = {
        "company": "tidevault*",
        "file_version": ">=5.0",
        "vendor": "Tidevault",
        "software": "Continuous Backup",
        "breaks": "It hangs.",
        "cure": "Remove.",
    }
    plan = ask(drivers.large(), known_drivers=[mine])
    assert {name for name, classification in left_behind(plan).items() if classification == "known_leftover"} == {
        "FAMv4",
        "TvShadow",
        "TvTrack",
    }
    found = next(each for each in plan.findings if each.subject == "TvShadow")
    assert (found.why, found.fix) == ("It hangs.", "Remove.")
    assert "Continuous Backup of Tidevault" in found.evidence[0]


def test_a_users_entry_may_name_an_altitude() -> None:
    plan = ask(drivers.large(), known_drivers=[{"altitude": "281337.5"}])
    assert classifications(plan)["TvShadow"] == "known_leftover"
    assert classifications(plan)["TvTrack"] == "orphan"


def test_a_users_entry_does_not_make_a_leftover_of_what_is_owned() -> None:
    plan = ask(drivers.large(), known_drivers=[{"name": "fam"}])
    assert classifications(plan)["fam"] == "owned"
    assert only(plan, "fam")["known"]["name"] == "fam"


def test_a_users_entry_says_its_kind_and_what_to_look_at() -> None:
    mine = {"name": "TvShadow", "kind": "part_of", "severity": "critical", "cure": "Remove.", "note": "Look first."}
    plan = ask(drivers.large(), known_drivers=[mine])
    known = only(plan, "TvShadow")["known"]
    assert (known["kind"], known["severity"]) == ("part_of", "critical")
    assert next(each for each in plan.findings if each.subject == "TvShadow").fix == "Remove. Look first."


def test_a_users_entry_is_harmful_unless_it_says_otherwise() -> None:
    assert only(ask(drivers.large(), known_drivers=[{"name": "fam"}]), "fam")["known"]["kind"] == "harmful"
    with pytest.raises(BadOption, match="kind"):
        options_of(filter_driver_info, known_drivers=[{"name": "fam", "kind": "bad"}])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "", "vendor": "X"}, "it would fit every driver"),
        ({"name": "x", "file_version": "new"}, "no condition such as"),
    ],
)
def test_an_entry_that_fits_everything_or_nothing_is_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(BadOption, match=rf"known_drivers\[0\]: .*{message}"):
        options_of(filter_driver_info, known_drivers=[given])


def test_an_entry_without_a_condition_is_refused_by_ansible() -> None:
    with pytest.raises(BadOption, match="following is required: name, file, company, product, original_filename"):
        options_of(filter_driver_info, known_drivers=[{"vendor": "X"}])


LIST = """## 280000 - 289999: FSFilter Continuous Backup

| Minifilter | Altitude | Company |
|--|--|--|
| nameless.sys | 281000 | Gone Systems |
"""


def test_the_list_of_altitudes_names_a_vendor_where_the_file_does_not() -> None:
    plan = ask(drivers.large(), altitudes_file="x", texts={"altitudes": LIST})
    assert classifications(plan)["nameless"] == "orphan"
    assert only(plan, "nameless")["vendor"] == "Gone Systems"
    assert classifications(ask(drivers.large()))["nameless"] == "unknown"


def test_a_file_without_any_altitude_is_refused() -> None:
    with pytest.raises(BadOption, match=r"altitudes_file: x\.md has no row"):
        options_of(filter_driver_info, {"altitudes": "# Something else\n"}, altitudes_file="x.md")


def test_nothing_is_planned_and_the_server_is_left_alone() -> None:
    document = drivers.large()
    before = copy.deepcopy(document)
    assert ask(document).operations == ()
    assert document == before


HASH = "11bd2c9f9e2397c9a16e0990e4ed2cf0679498fe0fd418a3dfdac60b5c160ee5"
SIGNER = "CN=Abalone Backup Corp., O=Abalone Backup Corp."
OPEN_FILE = f"{drivers.DRIVERS}\\AbOpenFile.sys"


def identified() -> dict[str, Any]:
    """Return the server of 300 drivers, of which some tell what they are known by."""
    document = drivers.large()
    document["files"][OPEN_FILE] |= {"signer": SIGNER, "sha256": HASH, "authentihash": HASH}
    document["files"][f"{drivers.DRIVERS}\\TvTrack.sys"] |= {"signer": None, "sha256": HASH[::-1], "authentihash": None}
    document["files"][f"{drivers.DRIVERS}\\TvShadow.sys"] |= {"unidentified": "access_denied"}
    return document


def test_signer_and_hash_are_told_where_they_are_asked_for() -> None:
    plan = ask(identified(), identify=["signer", "hash"])
    fields = ("signer", "sha256", "authentihash", "unidentified")
    told = {name: [only(plan, name)[field] for field in fields] for name in drivers.LEFTOVERS}
    assert told["AbOpenFile"] == [SIGNER, HASH, HASH, None]
    assert told["TvTrack"] == ["catalogue or none", HASH[::-1], None, None]
    assert told["TvShadow"] == [None, None, None, "access_denied"]
    ntfs, unasked = only(plan, "Ntfs"), only(ask(identified()), "AbOpenFile")
    assert [each[field] for each in (ntfs, unasked) for field in fields] == [None] * 8
    assert only(ask(identified(), identify=["hash"]), "AbOpenFile")["signer"] is None


def test_programs_are_not_asked_for_their_hash() -> None:
    found = read(identified(), filter_driver_info.queries(options_of(filter_driver_info, identify=["hash"])))
    assert "sha256" in found.files[OPEN_FILE]
    assert "unidentified" not in found.files["C:\\Program Files\\Kestrel\\kestrel.exe"]


@pytest.mark.parametrize(
    "entry",
    [
        {"sha256": HASH},
        {"sha256": HASH.upper()},
        {"signer": "cn=abalone backup*"},
        {"original_filename": "abopen*.SYS"},
    ],
)
def test_a_users_entry_may_name_what_a_file_is_known_by(entry: dict[str, str]) -> None:
    assert classifications(ask(identified(), known_drivers=[entry]))["AbOpenFile"] == "known_leftover"
    other = {field: f"{text}x" for field, text in entry.items()}
    assert classifications(ask(identified(), known_drivers=[other]))["AbOpenFile"] == "orphan"


ENTRY = {"Id": "id-1", "KnownVulnerableSamples": [{"SHA256": HASH}]}
SAMPLE = {"OriginalFilename": "vmmemctl.sys", "Company": "VMware, Inc.", "FileVersion": "5.0.0.0"}
TEXTS = {"blocklist_file[0]": json.dumps([ENTRY, {"Id": "id-2", "KnownVulnerableSamples": [SAMPLE]}])}


def test_a_driver_that_a_blocklist_names_is_critical_whoever_owns_it() -> None:
    given: dict[str, Any] = {"texts": TEXTS, "blocklist_file": ["drivers.json"]}
    plan = ask(identified(), **given, identify=["hash"], classifications=["dangling"])
    found = {each.subject: each for each in plan.findings if each.id == "filter_driver.blocklist"}
    assert set(found) == {"AbOpenFile", "vmmemctl"}
    assert {(each.status, each.severity, each.act or "decide") for each in found.values()} == {
        ("attention", "critical", "decide")
    }
    assert found["AbOpenFile"].found["rules"] == ["id-1"]
    assert found["AbOpenFile"].fix == "Update or remove the product that brought it."
    assert found["vmmemctl"].fix == "Update or remove VMware Tools, which owns it."
    assert found["vmmemctl"].source == "https://www.loldrivers.io/drivers/id-2/"
    everything = ask(identified(), **given)
    assert only(everything, "vmmemctl")["blocked"] == [{"list": "LOLDrivers", "rule": "id-2"}]
    assert only(everything, "AbOpenFile")["blocked"] == []  # its hash was not asked for
    assert classifications(everything) == classifications(ask(identified()))


@pytest.mark.parametrize("place", [0, 1])
def test_a_list_that_is_none_is_refused_by_its_name(place: int) -> None:
    texts = {**TEXTS, f"blocklist_file[{place}]": "<html/>"}
    with pytest.raises(BadOption, match=rf"blocklist_file: {'ab'[place]}\.x is no policy \(SiPolicy\), but html"):
        options_of(filter_driver_info, texts, blocklist_file=["a.x", "b.x"])
