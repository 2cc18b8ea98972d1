"use strict";
const WORDS = JSON.parse(document.getElementById("words").textContent);
const $ = (id) => document.getElementById(id);
let language = navigator.language.slice(0, 2);
if (!WORDS[language]) language = "en";
let words, doing = ["waiting"], timer, there = {};
let refused = ""; // why the newest try was not even begun

function t(name, ...filled) {
  return (words[name] ?? name).replace(/\{(\d)\}/g, (_, at) => filled[at] ?? "");
}
function put(element, text) { if (element.textContent !== text) element.textContent = text; }
// A station with Ethernet has a cable in place of a Wi-Fi.
function wifi() { return there.wifi !== false; }
function show() {
  const [word, ...more] = doing;
  put($("notice"), refused || (word === "failed" ? t("f_" + more[0], more[1]) : ""));
  put($("doing"), word === "waiting" || word === "failed" ? "" : t("d_" + word, ...more));
  $("first").hidden = word !== "waiting" && word !== "failed";
  put($("hello"), there.old ? t("hello_old") : t("hello"));
  $("wireless").hidden = !wifi();
  $("network").required = wifi();
  $("stays").hidden = !there.old || !wifi();
  $("rest").hidden = !$("stays").hidden && $("stay").checked;
  $("secure").hidden = !/^wss:/.test($("url").value) && $("profile").value !== "2";
  $("asked").hidden = !there.owner;
  $("look").hidden = there.networks === false;
}
function translate() {
  words = WORDS[language];
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  show();
}
// The station says "csms.url: what it found; allowed: what is"; here each field has its name and what it takes.
const FIELDS = { "wifi.name": "network", "wifi.password": "key", "csms.url": "url", "csms.identity": "identity", "csms.password": "secret", "csms.ca": "ca", ca: "ca", page: "page", owner: "owner" };
function refusal(text) {
  const wrong = [...text.matchAll(/(?:^|; )([a-z.]+): /g)].map(([, path]) => FIELDS[path]).filter(Boolean);
  if (wrong.length) $(wrong[0]).focus();
  if (text.startsWith("ca: ")) return t("wrong", `${t("ca")}: ${t("w_ca")} (${text.slice(4).split("; allowed")[0]})`);
  return wrong.length ? t("wrong", wrong.map((name) => t(name) + ": " + t("w_" + name)).join("; "))
    : /^too many/.test(text) ? t("later") : /on its way$/.test(text) ? t("busy") : /^flash/.test(text) ? t("wrong", t("w_flash")) : t("wrong", text);
}
async function look() {
  $("look").disabled = true;
  try {
    const answer = await fetch("/networks"), found = answer.ok && await answer.json();
    if (found && there.networks !== false) put($("found"), t("found", found.length));
    if (found) $("networks").replaceChildren(...found.map(([name, strength, closed]) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      // 100 % is -50 dBm, 0 % is -100 dBm.
      button.textContent = `${name} (${Math.max(0, Math.min(100, 2 * strength + 200))} %${closed ? "" : ", " + t("open")})`;
      button.onclick = () => { $("network").value = name; $("key").focus(); };
      item.append(button);
      return item;
    }));
  } catch { put($("notice"), t("lost")); }
  $("look").disabled = false;
}
async function follow() {
  clearTimeout(timer);
  try {
    const said = await (await fetch("/doing")).json();
    put($("name"), said.name);
    doing = said.doing;
    there = said;
    show();
    if (doing[0] === "works") return;
  } catch {
    // The radio changes its channel when it joins a network: a phone may lose it for a moment.
    if (doing[0] !== "waiting") put($("notice"), t("lost"));
  }
  timer = setTimeout(follow, 1500);
}
$("first").onsubmit = async (event) => {
  event.preventDefault();
  const stay = !$("stays").hidden && $("stay").checked;
  const fields = stay ? { stay } : { free: $("free").checked };
  for (const name of [...(wifi() ? ["network", "key"] : []), "owner", ...(stay ? [] : ["url", "identity", "secret", "page", ...($("secure").hidden ? [] : ["ca"])])]) if ($(name).value) fields[name] = $(name).value;
  if (!stay && $("profile").value) fields.profile = +$("profile").value;
  put($("notice"), refused = "");
  try {
    const answer = await fetch("/try", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) });
    if (!answer.ok) { put($("notice"), refused = refusal(await answer.text())); return; }
    doing = wifi() ? ["joining", fields.network] : ["cable"];
    show();
  } catch { put($("notice"), t("lost")); }
};
$("look").onclick = look;
$("stay").onchange = $("url").oninput = $("profile").onchange = show;
$("file").onchange = async () => { if ($("file").files[0]) $("ca").value = (await $("file").files[0].text()).slice(0, 5500); };
for (const name of Object.keys(WORDS)) {
  const option = document.createElement("option");
  option.value = name;
  option.textContent = WORDS[name]._;
  option.selected = name === language;
  $("language").append(option);
}
$("language").onchange = () => { language = $("language").value; translate(); };
translate();
follow();
look();
