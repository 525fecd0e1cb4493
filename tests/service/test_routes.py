"""The routes: tools, questions, conversations, results, and what everybody may look at."""

import asyncio
import json
from typing import Any

from chainlit_app.limits import Limits
from chainlit_app.turn import Gone, Reply, ToolboxTrouble

ASKED = {"question": "Which devices are at NYC01?"}


def answering(fakes: Any, text: str = "Two: sw1 [1] and sw2 [1].") -> list[Reply]:
    return [Reply("", [fakes.call()]), Reply(text)]


async def test_a_process_that_runs_says_so_and_nothing_else(service: Any) -> None:
    client = await service()
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_however_many_ask_whether_it_is_ready_it_looks_once_at_a_time(service: Any, tools: Any) -> None:
    client = await service()
    plain, looks = tools.status, 0

    async def status() -> Any:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        return await plain()

    tools.status = status
    answers = await asyncio.gather(*(client.get("/readyz") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert looks < 10
    before = looks
    assert (await client.get("/readyz")).status_code == 200
    assert looks == before + 1


async def test_a_service_is_ready_when_all_that_answers_need_is_there(service: Any, tools: Any) -> None:
    client = await service()
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    tools.answers_now = False
    away = await client.get("/readyz")
    assert away.status_code == 503
    assert [part["name"] for part in away.json()["parts"] if not part["ok"]] == ["nautobot"]


async def test_a_tool_server_that_does_not_answer_is_no_secret_told(service: Any, tools: Any) -> None:
    async def trouble() -> None:
        raise ToolboxTrouble("cannot reach https://nautobot.internal with token abc")

    tools.status = trouble
    said = (await (await service()).get("/readyz")).text
    assert "nautobot.internal" not in said
    assert "abc" not in said


async def test_the_catalogue_says_what_each_tool_takes(service: Any) -> None:
    found = (await (await service()).get("/tools")).json()["tools"]
    assert [one["name"] for one in found] == ["get_devices_by_location", "get_device"]
    assert found[1]["title"] == "One device"
    assert found[1]["input_schema"]["required"] == ["device"]


async def test_a_call_answers_with_rows_and_where_they_are_from(service: Any) -> None:
    client = await service()
    sent = {"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}
    answer = (await client.post("/tools/invoke", json=sent)).json()
    assert (answer["outcome"], answer["total"], answer["rows"]) == ("found", 2, [["sw1"], ["sw2"]])
    assert answer["source"]["mode"] == "demo"


async def test_a_tool_that_finds_nothing_is_an_answer_and_no_error(service: Any, tools: Any, fakes: Any) -> None:
    tools.answers["OSL1"] = fakes.answer(outcome="unknown")
    sent = {"tool": "get_devices_by_location", "arguments": {"location": "OSL1"}}
    answer = await (await service()).post("/tools/invoke", json=sent)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "unknown")


async def test_a_tool_that_there_is_not_is_named_with_the_nearest_one(service: Any) -> None:
    answer = await (await service()).post("/tools/invoke", json={"tool": "get_devices"})
    assert answer.status_code == 404
    assert "Is it get_device?" in answer.json()["detail"]


async def test_without_a_tool_server_a_call_says_when_to_come_back(service: Any, tools: Any) -> None:
    async def none() -> None:
        raise ToolboxTrouble("The tool server does not start.")

    tools.schemas = none
    answer = await (await service()).post("/tools/invoke", json={"tool": "get_device"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_rows_of_a_result_can_be_had_as_a_file(service: Any, tools: Any, fakes: Any) -> None:
    address = "sextant://results/abcdefgh12345678"
    tools.answers["NYC01"] = fakes.answer("sw1").model_copy(update={"result_uri": address})
    tools.files = {f"{address}.csv": b"name\r\nsw1\r\n"}
    client = await service()
    sent = {"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}
    id = (await client.post("/tools/invoke", json=sent)).json()["result"]
    file = await client.get(f"/results/{id}.csv")
    assert (file.text, file.headers["content-type"]) == ("name\r\nsw1\r\n", "text/csv; charset=utf-8")
    assert 'filename="get_devices_by_location.csv"' in file.headers["content-disposition"]


async def test_a_result_that_is_no_longer_kept_is_not_found(service: Any, tools: Any, fakes: Any) -> None:
    async def gone(uri: str) -> None:
        raise Gone("gone")

    tools.answers["NYC01"] = fakes.answer("sw1").model_copy(update={"result_uri": "sextant://results/" + "a" * 16})
    tools.file = gone
    client = await service()
    sent = {"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}
    id = (await client.post("/tools/invoke", json=sent)).json()["result"]
    assert (await client.get(f"/results/{id}")).status_code == 404


async def test_a_question_is_answered_with_the_object_that_the_terminal_prints(service: Any, fakes: Any) -> None:
    client = await service(*answering(fakes))
    turn = (await client.post("/query", json=ASKED)).json()
    assert turn["answer"] == "Two: sw1 [1] and sw2 [1]."
    assert [(step["tool"], step["source"]) for step in turn["steps"]] == [("get_devices_by_location", 1)]
    assert turn["sources"][0]["rows"] == [["sw1"], ["sw2"]]
    assert turn["check"]["facts"]


async def test_a_question_that_stands_alone_is_not_kept(service: Any, fakes: Any) -> None:
    client = await service(*answering(fakes))
    await client.post("/query", json=ASKED)
    assert (await client.get("/conversations")).json() == {"conversations": [], "next": None}


async def test_questions_of_one_conversation_follow_one_another(service: Any, fakes: Any) -> None:
    client = await service(*answering(fakes), *answering(fakes, "The same two [2]."))
    await client.post("/query", json={**ASKED, "conversation": "mine"})
    second = await client.post("/query", json={"question": "And now?", "conversation": "mine"})
    assert [source["number"] for source in second.json()["sources"]] == [2]
    assert any("Which devices" in str(message) for message in client.model.heard[-1])
    turns = (await client.get("/conversations/mine")).json()
    assert [turn["question"] for turn in turns] == ["Which devices are at NYC01?", "And now?"]


async def test_a_deleted_conversation_is_gone(service: Any, fakes: Any) -> None:
    client = await service(*answering(fakes))
    await client.post("/query", json={**ASKED, "conversation": "mine"})
    assert (await client.delete("/conversations/mine")).status_code == 204
    assert (await client.get("/conversations/mine")).status_code == 404
    assert (await client.delete("/conversations/mine")).status_code == 404


def events(stream: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in stream.strip().split("\n\n") if not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


async def test_a_turn_can_be_watched_as_it_happens(service: Any, fakes: Any) -> None:
    client = await service(*answering(fakes))
    answer = await client.post("/query", json=ASKED, headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    seen = events(answer.text)
    assert [name for name, _ in seen[:2]] == ["tool_started", "tool_finished"]
    assert "".join(data["text"] for name, data in seen if name == "text").strip() == "Two: sw1 [1] and sw2 [1]."
    assert seen[-1][0] == "answer"
    assert seen[-1][1]["sources"][0]["rows"] == [["sw1"], ["sw2"]]


async def test_a_question_that_is_not_begun_is_a_problem_also_for_who_wants_a_stream(service: Any) -> None:
    client = await service(limits=Limits(question=10))
    answer = await client.post("/query", json=ASKED, headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_a_question_too_many_says_when_to_ask_again(service: Any, fakes: Any) -> None:
    client = await service(Reply("Nothing to say."), limits=Limits(turns_a_minute=1))
    assert (await client.post("/query", json=ASKED)).status_code == 200
    refused = await client.post("/query", json=ASKED)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60


async def test_one_conversation_has_one_question_at_a_time(service: Any, fakes: Any, soon: Any) -> None:
    go = asyncio.Event()

    async def slowly() -> Reply:
        await go.wait()
        return Reply("Done.")

    client = await service(slowly)
    sent = {**ASKED, "conversation": "mine"}
    first = asyncio.create_task(client.post("/query", json=sent))
    await soon(lambda: bool(client.model.heard))
    assert (await client.post("/query", json=sent)).status_code == 409
    go.set()
    assert (await first).json()["answer"] == "Done."


async def test_a_model_that_there_is_not_is_told_with_those_that_there_are(service: Any) -> None:
    answer = await (await service()).post("/query", json={**ASKED, "model": "gpt-99"})
    assert answer.status_code == 404
    assert "There are: scripted." in answer.json()["detail"]


async def test_a_failed_turn_is_an_answer_that_says_so(service: Any) -> None:
    turn = (await (await service()).post("/query", json=ASKED)).json()
    assert turn["outcome"] == "unavailable"
    assert "Something in Sextant itself went wrong" in turn["answer"]


async def test_the_page_about_the_routes_loads_nothing_from_elsewhere(service: Any) -> None:
    client = await service()
    page = await client.get("/docs")
    assert "/tools/invoke" in page.text
    assert "<script" not in page.text
    loaded = [
        part.split('"')[0] for part in page.text.split('src="')[1:] + page.text.split('rel="stylesheet" href="')[1:]
    ]
    assert loaded == ["/docs/style.css"]
    assert (await client.get("/docs/style.css")).headers["content-type"].startswith("text/css")
    assert "default-src 'none'" in page.headers["content-security-policy"]
