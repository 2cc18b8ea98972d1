// The panel of the simulation: what people, vehicles and accidents do, and the messages as they go by.
(() => {
  const FAULTS = [["lock_fail", "The lock's bolt sticks"], ["weld", "The contactor is welded"], ["no_diode", "The vehicle has no diode"],
    ["short", "The pilot line has a short"], ["asleep", "The vehicle sleeps"], ["ventilation", "The vehicle wants ventilation"]];
  const said = $("world-said");
  // A world that was looked at before what is pressed here has come to it says nothing of that.
  let asking = 0, done = 0;
  async function world(cmd, more) {
    asking++;
    try {
      const answer = await fetch("/world", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ cmd, ...more }) });
      const text = await answer.text();
      put(said, answer.ok ? "" : text);
      if (answer.ok) done = Math.max(done, +text);
    } catch { put(said, "The simulation has ended."); }
    asking--;
  }
  // What is so, whoever has done it: this panel, the prompt, or a power cut, after which the vehicles are new ones.
  function is(world) {
    for (const button of document.querySelectorAll("[data-w]")) button.disabled = !world === (button.dataset.w !== "power_on");
    $("tamper").disabled = !world;
    $("tamper").checked = !!world?.tamper;
    for (const [at, place] of [...$("places").children].entries()) {
      place.disabled = !world;
      if (!world) continue;
      for (const box of place.querySelectorAll("[data-fault]")) box.checked = world.connectors[at][box.dataset.fault];
      const amps = place.querySelector("[type=range]");
      if (document.activeElement !== amps) { amps.value = world.connectors[at].amps; amps.oninput(); }
    }
  }
  for (const button of document.querySelectorAll("[data-w]")) button.onclick = () => world(button.dataset.w);
  $("tamper").onchange = () => world("tamper", { on: $("tamper").checked });
  function place(connector) {
    const id = (name) => "w-" + name + connector;
    const tag = make("input", { id: id("tag"), value: "04A2B3C4D5E680", maxLength: 20, autocomplete: "off" });
    const amps = make("input", { id: id("amps"), type: "range", min: 0, max: 32, value: 16, onchange: () => world("draw", { connector, amps: +amps.value }) });
    amps.oninput = () => put(drawn, `The vehicle takes ${amps.value} A`);
    const drawn = make("label", { htmlFor: amps.id }, "The vehicle takes 16 A");
    const act = (cmd, text) => make("button", { onclick: () => world(cmd, { connector }) }, text);
    const faults = FAULTS.map(([name, text]) => make("label", {},
      make("input", { type: "checkbox", "data-fault": name, onchange: (event) => world(name, { connector, on: event.target.checked }) }), " " + text));
    return make("fieldset", {}, make("legend", {}, "Connector " + connector),
      make("div", { className: "row" }, act("plug_in", "Plug in"), act("plug_out", "Unplug")),
      make("div", { className: "row" }, make("label", { htmlFor: tag.id }, "Card"), tag,
        make("button", { onclick: () => world("swipe", { connector, tag: tag.value }) }, "Show it")),
      make("div", { className: "row" }, drawn, amps),
      make("div", { className: "row" }, act("suspend_ev", "The vehicle pauses"), act("resume_ev", "It wants again")),
      make("details", {}, make("summary", {}, "Faults"), ...faults.flatMap((one) => [one, make("br")])));
  }
  const messages = $("messages");
  const seen = new EventSource("/world/events");
  seen.onmessage = (event) => {
    const one = JSON.parse(event.data);
    if (one.connectors) {
      if (!$("places").children.length) for (let at = 1; at <= one.connectors; at++) $("places").append(place(at));
      return;
    }
    if ("world" in one) {
      if (!asking && one.done >= done) is(one.world);
      return;
    }
    if ($("hold").checked) return;
    const arrow = one.direction === "in" ? "→" : "←", kind = { result: "answer", error: "refused" }[one.kind] ?? "";
    messages.prepend(make("details", {}, make("summary", {}, `${one.at} ${arrow} ${one.action ?? one.kind} ${kind} `, one.brief),
      make("pre", {}, JSON.stringify(one.payload ?? null, null, 2))));
    while (messages.children.length > 200) messages.lastChild.remove();
  };
})();
