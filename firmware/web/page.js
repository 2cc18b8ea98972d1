"use strict";
const WORDS = JSON.parse(document.getElementById("words").textContent);
const $ = (id) => document.getElementById(id);
const EPOCH = Date.UTC(2000, 0, 1);
const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
let language = stored("language") || navigator.language.slice(0, 2);
if (!WORDS[language]) language = "en";
let words, events, last, skip = 0, count = 0, names = [], free = false, again, shown;
const plots = {};

function t(name, ...filled) {
  const text = words[name] ?? name;
  return text.replace(/\{(\d)\}/g, (_, at) => filled[at] ?? "");
}
const locale = () => (navigator.language.startsWith(language) ? navigator.language : language);
const number = (value, digits) => value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
const kwh = (wh) => (wh === null ? t("unknown") : number(wh / 1000, wh < 10000 ? 2 : 1));
const amperes = (ma) => number(ma / 1000, ma % 1000 ? 1 : 0) + " A";
function time(seconds) {
  if (seconds === null || seconds === undefined) return t("unknown");
  const at = new Date(EPOCH + seconds * 1000), today = new Date().toDateString() === at.toDateString();
  return at.toLocaleString(locale(), today ? { hour: "2-digit", minute: "2-digit" } : { dateStyle: "short", timeStyle: "short" });
}
// What the numbers of a reason mean: firmware/chargelet/page/why.py.
function why([name, ...given]) {
  let word = "why_" + name;
  if (name === "fault") given = [words["f_" + given[0]] ?? given[0]];
  else if (/^(by|none)_/.test(name)) given = [amperes(given[0]), given[1], time(given[2])];
  else if (name === "reserved") given = [time(given[0])];
  else if (/^waiting/.test(name)) {
    if (given[0] === 1) word += "_1";
    given = [given[0], time(given[1])];
  }
  return t(word, ...given);
}
function make(tag, given, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}
function notice(text) { if ($("notice").textContent !== text) $("notice").textContent = text; }
// Screen readers are told what has changed, and nothing else.
function put(element, text) { if (element.textContent !== text) element.textContent = text; }

// One question after the other: the station has little room for answers.
let turn = Promise.resolve();
function ask(path, body) {
  const mine = turn.then(() => asked(path, body));
  turn = mine.catch(() => null);
  return mine;
}
async function asked(path, body) {
  const given = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try { answer = await fetch(path, given); } catch { throw new Error(t("lost")); }
  if (answer.ok) return answer.json();
  if (answer.status === 401) { entrance(); throw new Error(""); }
  if (answer.status === 429) throw new Error(t("later", answer.headers.get("Retry-After") || 2));
  throw new Error(refusal(await answer.text()));
}
// What the station refuses something with, of which a person may do something about → its sentence.
const WRONG = { "flash says": "flash", "signature is": "signature", older: "older", "it is for": "other", "not one that": "other", "begin with": "head", sense: "head", room: "room", larger: "room", "more of": "size", missing: "size",
  "begin here": "begin", "about to": "taken", "no session": "over", "without spaces": "number", "1 to 20": "number", "card is": "number", "have names": "names", "in the log": "gone", "no such card": "gone", "to 64": "new", "is needed": "file" };
function refusal(text) {
  const known = Object.keys(WRONG).find((one) => text.includes(one));
  return /wrong$/.test(text) ? t("wrong") : known ? t("e_" + WRONG[known]) : words["s_" + text] ?? t("failed", text);
}
async function act(path, body) {
  try { notice(""); return await ask(path, body) ?? true; } catch (error) { notice(error.message); return null; }
}

function entrance() {
  events?.close();
  clearTimeout(again);
  $("in").hidden = $("out").hidden = true;
  $("login").hidden = false;
  $("password").focus();
}
// Whom one can start with.
async function known() {
  const found = await act("/cards");
  if (found) ({ names, free } = found);
  return found;
}
async function enter() {
  if (!await known()) return;
  shown = undefined;
  if (!$("login").hidden) $("name").focus();
  $("login").hidden = true;
  $("in").hidden = $("out").hidden = false;
  const drawn = await act("/plot") ?? {}, now = Date.now() / 1000;
  for (const [id, [every, points]] of Object.entries(drawn)) plots[id] = points.map((w, at) => [now - (points.length - at) * every, w]);
  listen();
  sessions();
}
function listen() {
  events?.close();
  clearTimeout(again);
  events = new EventSource("/events");
  events.onopen = () => notice("");
  events.onmessage = (event) => { last = JSON.parse(event.data); show(last); };
  events.onerror = () => {
    // It has answered, and with no stream: two others have theirs, or one has to log in anew.
    const full = events.readyState === 2;
    events.close();
    if (!full) notice(t("lost"));
    again = setTimeout(back, full ? 0 : 2000, full);
  };
}
async function back(full) {
  try {
    await ask("/cards");
    if (!full) return listen();
    notice(t("two"));
    again = setTimeout(listen, 5000);
  } catch (error) {
    notice(error.message);
    if ($("login").hidden) again = setTimeout(back, 5000);
  }
}

const COLOURS = { Available: "go", Charging: "go", Faulted: "bad", Unavailable: "bad", SuspendedEV: "warn", SuspendedEVSE: "warn" };
function card(id) {
  const on = (path, more) => () => act(path, { connector: id, ...more?.() });
  const choice = make("select", { id: "card" + id, onchange: () => { parts.otherLabel.hidden = other.hidden = choice.value !== "other"; } });
  const other = make("input", { id: "other" + id, maxLength: 20, hidden: true, autocomplete: "off" });
  const range = make("input", { type: "range", id: "range" + id, min: 6, step: 1, oninput: () => label(range.value),
    onchange: on("/limit", () => ({ amps: +range.value >= +range.max ? null : +range.value })) });
  const rangeLabel = make("label", { htmlFor: "range" + id });
  const label = (value) => put(rangeLabel, t("limit", value));
  const parts = {
    title: make("span"), status: make("span", { className: "status" }), why: make("p", { className: "why", "aria-live": "polite" }),
    facts: make("dl"), line: document.createElementNS("http://www.w3.org/2000/svg", "polyline"), choice, other, range, label, rangeLabel,
    start: make("button", { onclick: on("/start", () => choice.value === "other" ? { card: other.value } : choice.value === "" ? {} : { place: +choice.value }) }),
    stop: make("button", { onclick: on("/stop") }),
    pause: make("button", { onclick: on("/limit", () => ({ amps: parts.paused ? parts.before : 0 })) }),
  };
  parts.plot = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  parts.plot.setAttribute("viewBox", "0 0 300 100");
  parts.plot.setAttribute("preserveAspectRatio", "none");
  parts.plot.setAttribute("role", "img");
  parts.plot.append(parts.line);
  parts.choiceLabel = make("label", { htmlFor: "card" + id });
  parts.otherLabel = make("label", { htmlFor: "other" + id });
  parts.starting = make("div", { className: "row" }, parts.choiceLabel, choice, parts.otherLabel, other, parts.start);
  parts.going = make("div", { className: "row" }, parts.pause, parts.stop, rangeLabel, range);
  parts.section = make("section", { id: "connector" + id }, make("h2", {}, parts.title, " ", parts.status), parts.why, parts.facts, parts.plot, parts.starting, parts.going);
  $("connectors").append(parts.section);
  return parts;
}
const cards = {};
function show(state) {
  put($("name"), state.name);
  document.title = state.name;
  const whole = state.why.map(why);
  if ($("whole").dataset.said !== whole.join()) {
    $("whole").dataset.said = whole.join();
    $("whole").replaceChildren(...whole.map((text) => make("li", {}, text)));
  }
  if (shown !== state.card) { shown = state.card; seen(); }
  for (const one of state.connectors) {
    const parts = cards[one.id] ??= card(one.id), running = one.wh !== undefined;
    put(parts.title, t("connector", one.id));
    put(parts.status, t(one.status || "unknown"));
    parts.status.className = "status " + (COLOURS[one.status] || "");
    put(parts.why, why(one.why));
    const facts = running ? [["power", number(one.w / 1000, 1) + " kW"], ["energy", kwh(one.wh) + " kWh"], ["since", time(one.since)], ["who", one.card]] : [];
    parts.facts.replaceChildren(...facts.flatMap(([name, text]) => [make("dt", {}, t(name)), make("dd", {}, text)]));
    const seen = plots[one.id] ??= [];
    if (running) seen.push([Date.now() / 1000, one.w]); else seen.length = 0;
    if (seen.length > 400) plots[one.id] = seen.filter((_, at) => at % 2);
    const most = Math.max(1000, ...seen.map(([, w]) => w)), [from] = seen[0] ?? [0], wide = Math.max(1, (seen.at(-1) ?? [0])[0] - from);
    parts.plot.style.display = running ? "" : "none";
    parts.plot.setAttribute("aria-label", t("plot", number(most / 1000, 1)));
    parts.line.setAttribute("points", seen.map(([at, w]) => `${(at - from) * 300 / wide},${98 - w * 96 / most}`).join(" "));
    if (parts.running && !running) setTimeout(sessions, 3000);
    parts.running = running;
    parts.paused = one.limit === 0;
    if (!parts.paused) parts.before = one.limit ? one.limit / 1000 : null;
    parts.starting.hidden = running || one.status === "Faulted" || one.status === "Unavailable";
    parts.going.hidden = !running;
    put(parts.start, t("start")); put(parts.stop, t("stop")); put(parts.pause, t(parts.paused ? "resume" : "pause"));
    put(parts.choiceLabel, t("card_to_use")); put(parts.otherLabel, t("card_number"));
    const known = JSON.stringify([names, free, language]);
    if (parts.choice.dataset.known !== known) {
      parts.choice.dataset.known = known;
      parts.choice.replaceChildren(...(free ? [make("option", { value: "" }, t("none"))] : []),
        ...names.map((name, at) => make("option", { value: at }, name)), make("option", { value: "other" }, t("other_card")));
    }
    parts.otherLabel.hidden = parts.other.hidden = parts.choice.value !== "other";
    parts.range.max = Math.floor(one.max / 1000);
    if (document.activeElement !== parts.range) {
      parts.range.value = one.limit ? one.limit / 1000 : parts.range.max;
      parts.label(parts.range.value);
    }
  }
}

const COLUMNS = ["begin", "end", "where", "who", "kwh", "register", "reason", "central"];
async function sessions() {
  const found = await act("/sessions?skip=" + skip);
  if (!found) return;
  count = found.count;
  $("newer").disabled = skip === 0;
  $("older").disabled = skip + 20 >= count;
  put($("place"), count ? `${skip + 1}–${Math.min(count, skip + 20)} / ${count}` : "");
  $("log-head").replaceChildren(make("tr", {}, ...COLUMNS.map((name) => make("th", { scope: "col", className: /kwh|reg/.test(name) ? "n" : "" }, t(name)))));
  const rows = found.rows.map(([start, end, connector, who, wh, begin, stop, reason, central, id]) => make("tr", {},
    make("td", {}, time(start)), make("td", {}, time(end)), make("td", {}, "" + connector),
    make("td", {}, who === "" ? t("none") : make("button", { onclick: () => give({ session: id, connector }, who, who.startsWith("**") ? "" : who), ariaLabel: t("name_it", who) }, who)),
    make("td", { className: "n" }, kwh(wh)), make("td", { className: "n" }, kwh(begin) + " – " + kwh(stop)),
    make("td", {}, words["r_" + reason] ?? reason), make("td", {}, t(central === "waiting" ? "waiting_" : central))));
  $("log").replaceChildren(...(rows.length ? rows : [make("tr", {}, make("td", { colSpan: 8 }, t("no_sessions")))]));
}
const row = (...inside) => make("tr", {}, ...inside.map((one) => make("td", {}, one)));
const heads = (...columns) => make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, t(name))));
async function seen() {
  const found = await act("/seen");
  if (!found) return;
  $("seen-head").replaceChildren(heads("card_number", "card_name", "when", "answer"));
  const rows = found.seen.map(([card, name, at, outcome]) => row(card,
    make("button", { onclick: () => give({ card }, card, name), ariaLabel: t("name_it", card) }, name || t("give_name")), time(at), words["o_" + outcome] ?? outcome));
  $("seen").replaceChildren(...(rows.length ? rows : [make("tr", {}, make("td", { colSpan: 4 }, t("no_cards")))]));
  $("named").replaceChildren(...found.named.map(([name, end], place) => make("li", {},
    make("button", { onclick: () => give({ place }, end, name), ariaLabel: t("name_it", end) + ": " + name }, name), " ", end)));
  if (!found.named.length) $("named").replaceChildren(make("li", {}, t("none")));
}
async function give(which, card, name) {
  const given = prompt(t("name_it", card), name || "");
  if (given === null || !await act("/name", { ...which, name: given.slice(0, 24) })) return;
  await known();
  seen();
  sessions();
}
async function sums(by, head) {
  // Months are those of people here; summer time does not begin with a month.
  const ahead = (_, month) => -new Date(new Date().getFullYear(), month, 1).getTimezoneOffset();
  const found = await act("/sums?by=" + by + (by === "month" ? "&east=" + Array.from({ length: 12 }, ahead) : ""));
  if (!found) return;
  const cell = (tag, text, n) => make(tag, { className: n ? "n" : "", ...(tag === "th" && { scope: "col" }) }, text);
  $("sums").replaceChildren(make("caption", {}, t(head)), make("tr", {}, cell("th", t(by === "card" ? "who" : "when")), cell("th", t("count"), 1), cell("th", t("kwh"), 1)),
    ...found.map(([key, of, wh]) => make("tr", {}, cell("td", key || t("unknown")), cell("td", "" + of, 1), cell("td", kwh(wh), 1))));
  $("sums").hidden = false;
  $("sums").focus();
}

// Every configuration key: its table comes once, its values each time that somebody looks.
let table;
async function configuration() {
  const rows = await act("/config");
  table ??= rows && await act("/keys");
  if (!table) return;
  const { groups, keys } = table[language] ?? table.en, values = Object.fromEntries(rows.filter(Boolean).map(([name, fixed, text]) => [name, [fixed, text]]));
  const open = [...$("config").children].map((one) => one.open), parts = [...groups, t("others")].map((name) => make("details", {}, make("summary", {}, name)));
  for (const name of new Set([...Object.keys(keys), ...Object.keys(values)])) {
    const [group, access, takes, byDefault, effect, does] = keys[name] ?? [groups.length, "", "", "", "", ""];
    if (values[name] || access === "W") parts[group].append(setting(name, ...(values[name] ?? [false, ""]), access, takes, byDefault, effect, does));
  }
  parts.forEach((one, at) => { one.open = open[at]; });
  $("config").replaceChildren(...parts.filter((one) => one.children.length > 1));
}
function setting(name, fixed, text, access, takes, byDefault, effect, does) {
  const id = "k-" + name, given = { id, value: text }, said = make("output", {});
  const [, least, most] = /^(\d+) \D+ (\d+)( \S+)?$/.exec(takes) ?? [];
  const field = fixed ? make("output", { id }, make("b", {}, text)) : takes === "true, false" ? make("select", { id }, ...["true", "false"].map((value) => make("option", { value, selected: value === text }, value)))
    : least ? make("input", { ...given, type: "number", min: least, max: most, required: true })
      : make("input", { ...given, maxLength: 500, autocomplete: "off", type: access === "W" ? "password" : "text" });
  const notes = make("small", { id: id + "-n" }, [takes, byDefault && t("default", byDefault), effect && t("effect", effect), access === "W" && t("not_shown")].filter(Boolean).join("; "));
  field.setAttribute("aria-describedby", notes.id);
  return make("form", { className: "key", onsubmit: async (event) => {
    event.preventDefault();
    const answer = await act("/config", { key: name, value: field.value });
    put(said, answer ? t("c_" + answer.status) : $("notice").textContent);
    if (name === "FreeVend" && await known()) show(last);
    if (access === "W") field.value = "";
  } }, make("label", { htmlFor: id }, make("b", {}, name)), make("p", {}, does), make("div", { className: "row" }, field, ...(fixed ? [] : [make("button", {}, t("save")), said])), notes);
}
// The board file: every key in it, with what it may be, as `make check-board` says it.
function allowed([kind, need, rest]) {
  const what = kind === "int" ? t("b_int", ...rest.split("..")) : kind === "bool" ? t("b_bool") : kind === "text" ? t("b_text", rest)
    : /^(coil|out|in|adc)$/.test(kind) ? t("b_pin") : t(kind === "list" ? "b_list" : "b_one", rest.replaceAll(",", ", "));
  return what + (need === "!" ? "; " + t("b_needed") : need > "=" ? "; " + t("default", need.slice(1)) : "");
}
function leaves(value, path) {
  if (Array.isArray(value) && typeof value[0] === "object") return value.flatMap((one, at) => leaves(one, `${path}[${at}]`));
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? path + "." + name : name));
}
async function board() {
  const found = await act("/board.json");
  table ??= found && await act("/keys");
  if (!table) return;
  const known = new Map(table.board.split("\n").map((line) => { const [path, kind, need, ...rest] = line.split(" "); return [path, [kind, need, rest.join(" ")]]; }));
  $("board-head").replaceChildren(heads("key", "value", "allowed"));
  $("board").replaceChildren(...leaves(found, "").map(([path, value]) => {
    const rule = known.get(path.replace(/\[\d+\]/, "").replace(/^main_meter\./, "connector.meter."));
    return row(path, String(value), rule ? allowed(rule) : "");
  }));
}
// Firmware: in blocks, each of which the station has written before the next one goes out.
const BLOCK = 4096;
let bringing = false;
async function firmware() {
  const found = await act("/firmware");
  if (!found) return;
  put($("version"), t("version", found.version));
  if (!bringing) put($("state"), t("s_" + found.state));
  $("bring").hidden = !bringing && !/ready|failed/.test(found.state);
  return found;
}
async function post(path, block) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: block });
  if (answer.status === 401) entrance();
  if (!answer.ok) throw new Error(refusal(await answer.text()));
  return answer.json();
}
async function bring(file) {
  let at = 0, lost = 0;
  while (at < file.size) {
    try { ({ at } = await post("/firmware?at=" + at, file.slice(at, at + BLOCK))); lost = 0; } catch (error) {
      if (!(error instanceof TypeError) || ++lost > 5) throw error;
      await new Promise((done) => setTimeout(done, 2000));
      at = (await firmware())?.at ?? at;
    }
    $("part").value = at / file.size;
    // Not each time: it is read out.
    if ((at - 1) % 65536 < BLOCK) put($("state"), t("part", number(at / 1024, 0), number(file.size / 1024, 0)));
  }
  await ask("/install", {});
}
function translate() {
  words = WORDS[language];
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  $("sums").hidden = true;
  // As a spreadsheet of these people takes it.
  $("csv").href = "/sessions.csv" + (/,/.test(number(0, 1)) ? "?semicolon" : "");
  if (last) show(last);
}
$("language").append(...Object.keys(WORDS).map((name) => make("option", { value: name, selected: name === language }, WORDS[name]._)));
$("language").onchange = () => {
  language = $("language").value;
  try { localStorage.setItem("language", language); } catch { /* not kept, then */ }
  translate();
  if (!$("in").hidden) { sessions(); seen(); if ($("open-config").open) configuration(); if ($("open-firmware").open) firmware(); if ($("open-board").open) board(); }
};
$("open-config").ontoggle = () => { if ($("open-config").open) configuration(); };
$("login").onsubmit = async (event) => {
  event.preventDefault();
  if (await act("/login", { password: $("password").value })) { $("password").value = ""; enter(); }
};
$("change").onsubmit = async (event) => {
  event.preventDefault();
  if (await act("/password", { old: $("old").value, new: $("new").value })) { $("change").reset(); notice(t("changed")); listen(); }
};
$("open-board").ontoggle = () => { if ($("open-board").open) board(); };
$("open-firmware").ontoggle = () => { if ($("open-firmware").open) firmware(); };
$("bring").onsubmit = async (event) => {
  event.preventDefault();
  if (bringing) return;
  bringing = true;
  $("part").hidden = false;
  try {
    await bring($("package").files[0]);
    bringing = false;
    $("bring").reset();
    await firmware();
  } catch (error) {
    put($("state"), error.message);
  }
  bringing = false;
  $("part").hidden = true;
};
$("out").onclick = async () => { await act("/logout", {}); entrance(); };
$("older").onclick = () => { skip += 20; sessions(); };
$("newer").onclick = () => { skip = Math.max(0, skip - 20); sessions(); };
$("by-month").onclick = () => sums("month", "by_month");
$("by-card").onclick = () => sums("card", "by_card");
translate();
enter();
