"""Reports of laboratories: read, checked, mapped and stored, each a report of its own."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bench import Figure
from samspill import app
from samspill.access import actor as actors
from samspill.base import settings
from samspill.interactions.session import Session
from samspill.services.results import service

COUNT, WARM, SENDERS = 600, 60, 8
RESULT = """<ResultItem><NumResult><NumResultValue V="{value}" U="mmol/L"/></NumResult>
<ServType V="N"/><RefInterval><Descr>3.5 - 4.4</Descr></RefInterval><Investigation>
<Id V="NPU{code}" S="2.16.578.1.12.4.1.1.7280" DN="P-Kalium"/></Investigation>
<InvDate V="2026-01-01T09:00:00"/><IdResultItem>{code}</IdResultItem><StatusInvestigation V="3"/>
<RefAnalysedSubject>P1</RefAnalysedSubject></ResultItem>"""
MESSAGE = """<Message xmlns="http://www.kith.no/xmlstds/labsvar/2012-02-15"><Type V="SVAR_LAB"/>
<MIGversion>v1.4 2012-02-15</MIGversion><GenDate V="2026-01-01T10:00:00"/><MsgId>M{n}</MsgId>
<ServReport><ServType V="N"/><IssueDate V="2026-01-01T10:00:00"/><Status V="F"/>
<MsgDescr V="CLIN"/><ServProvId>R{n}</ServProvId><ServReq><Id>Q{n}</Id></ServReq><Patient>
<Name>Danser, Line</Name><OffId>13116900216</OffId><TypeOffId V="FNR"/><AnalysedSubject>
<CollectedSample><CollectedDate V="2026-01-01T08:00:00"/></CollectedSample><Type>Blod</Type>
<IdByServProvider>P1</IdByServProvider></AnalysedSubject>{results}</Patient><ServProvider><HCP>
<Inst><Name>Lab</Name><Id>59</Id><TypeId V="HER"/></Inst></HCP></ServProvider><Requester><HCP><Inst>
<Name>Legesenter</Name><Id>56704</Id><TypeId V="HER"/></Inst></HCP></Requester></ServReport>
</Message>"""


def message(n: int) -> bytes:
    """A report of five results."""
    results = "".join(RESULT.format(value=f"4.{n % 10}", code=10000 + k) for k in range(5))
    return MESSAGE.format(n=n, results=results).encode()


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        platform = app.build(replace(settings.load(), data=Path(folder)))
        session = Session(platform, actors.SYSTEM)
        try:
            for n in range(WARM):
                service.receive(session, message(n))
            begun = perf_counter()
            with ThreadPoolExecutor(SENDERS) as pool:
                done = list(
                    pool.map(
                        lambda n: service.receive(session, message(n)), range(WARM, WARM + COUNT)
                    )
                )
            seconds = perf_counter() - begun
        finally:
            platform.close()
    assert all(each.outcome != "2" for each in done)
    yield Figure(
        "results: messages of five results read, mapped and stored, 8 senders",
        COUNT / seconds, "1/s", goal=100, is_more_better=True,
    )  # fmt: skip
