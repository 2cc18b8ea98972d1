// A central system on a library from npm: `node central_system.mjs FOLDER LIBRARY PORT`. A line of JSON on stdin is a
// call to the station; lines on stdout are its answers, what the station calls, and what the library finds wrong.

import { createRequire } from "node:module";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const [folder, library, port] = process.argv.slice(2);
const require = createRequire(folder + "/");
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");

// What a station of plain OCPP 1.6 calls.
const STATIONS = [
    "Authorize", "BootNotification", "DataTransfer", "DiagnosticsStatusNotification", "FirmwareStatusNotification",
    "Heartbeat", "MeterValues", "StartTransaction", "StatusNotification", "StopTransaction",
];

let transactions = 0;
const accepted = { status: "Accepted" };

function answer(action, payload) {
    say({ called: action, payload });
    const currentTime = new Date().toISOString();
    switch (action) {
        case "BootNotification":
            return { ...accepted, currentTime, interval: 300 };
        case "Heartbeat":
            return { currentTime };
        case "Authorize":
            return { idTagInfo: accepted };
        case "StartTransaction":
            return { transactionId: ++transactions, idTagInfo: accepted };
        case "DataTransfer":
            return accepted;
    }
    return {};
}

const libraries = {
    async "ocpp-rpc"() {
        const { RPCServer } = require("ocpp-rpc");
        const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
        let station;
        server.on("client", (client) => {
            station = client;
            for (const event of ["strictValidationFailure", "badMessage", "protocolError"])
                client.on(event, ({ error }) => say({ wrong: `${event}: ${error}`, details: error?.details }));
            client.handle(({ method, params }) => answer(method, params));
        });
        await server.listen(Number(port), "127.0.0.1");
        return (action, payload) => station.call(action, payload);
    },
    async "@voltbras/ts-ocpp"() {
        const { CentralSystem } = require("@voltbras/ts-ocpp");
        const central = new CentralSystem(
            Number(port),
            ({ action, ocppVersion, ...payload }, { validationError }) => {
                if (validationError) say({ wrong: String(validationError) });
                return { action, ocppVersion, ...answer(action, payload) };
            },
            {
                host: "127.0.0.1",
                rejectInvalidRequests: false,
                onWebsocketRequestResponse() {},
                onWebsocketError: (error) => say({ wrong: String(error) }),
            },
        );
        return async (action, payload) => {
            const chargePointId = Object.keys(central.connections)[0];
            const request = { chargePointId, ocppVersion: "v1.6-json", action, payload };
            return (await central.sendRequest(request)).unsafeCoerce();
        };
    },
    async "ocpp-ts"() {
        const { OcppServer } = require("ocpp-ts");
        const { Protocol } = require("ocpp-ts/dist/src/impl/Protocol");
        const refuse = Protocol.prototype.callError;
        Protocol.prototype.callError = function (number, error) {
            say({ wrong: `${error.code} ${error.message}`, details: error.details });
            return refuse.call(this, number, error);
        };
        const central = new OcppServer();
        let station;
        central.on("connection", (client) => {
            station = client;
            for (const action of STATIONS) client.on(action, (payload, done) => done(answer(action, payload)));
        });
        central.listen(Number(port));
        return (action, payload) => station.callRequest(action, payload);
    },
};

const call = await libraries[library]();
const reached = (done) => {
    const probe = connect(Number(port), "127.0.0.1", () => done(true, probe.destroy()));
    probe.on("error", () => done(false));
};
while (!(await new Promise(reached))) await new Promise((done) => setTimeout(done, 20));
say({ listening: true });
for await (const line of createInterface({ input: process.stdin })) {
    const { number, action, payload } = JSON.parse(line);
    call(action, payload).then(
        (result) => say({ number, result }),
        (error) => say({ number, error: error.rpcErrorCode ?? String(error), text: String(error.message) }),
    );
}
process.exit(0);
