// A reader in a process of its own: node peer.js PORT SCENARIO [LINK]. Prints what it is sent, one JSON object a line.
// LINK is JSON: {"listen": PORT} for TLS in front of PORT, {"call": PORT} to call a gateway there until it answers, either with
// "certificate", "key" and "ca" as files; calling without them is plain TCP.
"use strict";

const fs = require("fs");
const net = require("net");
const tls = require("tls");
const { LLRPCore, LLRPServer } = require("llrpjs");

const [port, scenario] = [Number(process.argv[2]), process.argv[3] ?? "normal"];
const reader = new LLRPServer({ host: "127.0.0.1", port });
const success = { LLRPStatus: { StatusCode: "M_Success", ErrorDescription: "" } };
const tags = [
  {
    EPC_96: { EPC: "3074257BF7194E4000001A85" }, AntennaID: { AntennaID: 2 }, PeakRSSI: { PeakRSSI: -47 },
    LastSeenTimestampUTC: { Microseconds: new Date(Date.now() - 3000).toISOString() }, TagSeenCount: { TagCount: 5 },
  },
  { EPCData: { EPC: "F73795211411234538566CB0AFC4" }, AntennaID: { AntennaID: 1 }, PeakRSSI: { PeakRSSI: -61 } },
];

let lastAcknowledged = Date.now();
const timers = [];

function say(message) {
  return reader.send(message).catch(error => console.error(error.message));
}

function notify(event) {
  return say(new LLRPCore.READER_EVENT_NOTIFICATION({
    data: { ReaderEventNotificationData: { UTCTimestamp: { Microseconds: new Date().toISOString() }, ...event } },
  }));
}

function report(...reported) {
  return say(new LLRPCore.RO_ACCESS_REPORT({ data: { TagReportData: reported } }));
}

function answer(request, data = success) {
  reader.on(request, async message => {
    console.log(JSON.stringify(message.toLLRPData()));
    await say(new LLRPCore[`${request}_RESPONSE`]({ id: message.getMessageId(), data }));
    if (request === "START_ROSPEC") {
      await started();
    }
    if (request === "CLOSE_CONNECTION") {
      await reader.disconnect();
    }
  });
}

async function started() {
  if (scenario === "antenna") {
    await notify({ AntennaEvent: { EventType: "Antenna_Disconnected", AntennaID: 2 } });
    timers.push(setTimeout(() => notify({ AntennaEvent: { EventType: "Antenna_Connected", AntennaID: 2 } }), 500));
  }
  if (scenario === "keepalive") {
    timers.push(setInterval(() => {
      if (Date.now() - lastAcknowledged > 10000) {
        console.log(JSON.stringify({ unanswered: true }));
        reader.disconnect();
      }
      say(new LLRPCore.KEEPALIVE());
    }, 50));
  }
  await report(...tags);
}

reader.on("connection", () => {
  console.log(JSON.stringify({ connected: true }));
  lastAcknowledged = Date.now();
  notify({ ConnectionAttemptEvent: { Status: scenario === "busy" ? "Failed_A_Client_Initiated_Connection_Already_Exists" : "Success" } });
});
reader.on("KEEPALIVE_ACK", () => {
  lastAcknowledged = Date.now();
  console.log(JSON.stringify({ acknowledged: true }));
});
reader.on("disconnect", () => {
  console.log(JSON.stringify({ disconnected: true }));
  timers.splice(0).forEach(timer => { clearInterval(timer); clearTimeout(timer); });
});
reader.on("error", error => console.error(error.message));

["SET_READER_CONFIG", "DELETE_ROSPEC", "ENABLE_ROSPEC", "START_ROSPEC", "CLOSE_CONNECTION"].forEach(request => answer(request));
answer("ADD_ROSPEC", scenario === "refuse"
  ? { LLRPStatus: { StatusCode: "M_ParameterError", ErrorDescription: "no antenna 9" } }
  : success);
answer("GET_READER_CAPABILITIES", {
  ...success,
  RegulatoryCapabilities: {
    CountryCode: 840,
    CommunicationsStandard: "US_FCC_Part_15",
    UHFBandCapabilities: {
      TransmitPowerLevelTableEntry: [1000, 1500, 2000, 2500, 3000].map((power, i) => ({ Index: i + 1, TransmitPowerValue: power })),
      FrequencyInformation: {
        Hopping: true,
        FrequencyHopTable: { HopTableID: 3, Frequency: [902750, 903250] },
      },
      C1G2UHFRFModeTable: {
        C1G2UHFRFModeTableEntry: {
          ModeIdentifier: 0, DRValue: "DRV_8", EPCHAGTCConformance: false, MValue: "MV_FM0", ForwardLinkModulation: "PR_ASK",
          SpectralMaskIndicator: "Unknown", BDRValue: 40000, PIEValue: 1500, MinTariValue: 6250, MaxTariValue: 25000, StepTariValue: 0,
        },
      },
    },
  },
});

function join(socket) {
  const inner = net.connect(port, "127.0.0.1");
  socket.pipe(inner).pipe(socket);
  socket.on("error", () => inner.destroy());
  inner.on("error", () => socket.destroy());
  return new Promise(resolve => socket.on("close", () => { inner.destroy(); resolve(); }));
}

async function callAgainAndAgain(link, secrets) {
  for (;;) {
    const socket = link.certificate ? tls.connect({ port: link.call, host: "127.0.0.1", ...secrets }) : net.connect(link.call, "127.0.0.1");
    const connected = await new Promise(resolve => {
      socket.once(link.certificate ? "secureConnect" : "connect", () => resolve(true));
      socket.once("error", error => { console.error(error.message); resolve(false); });
    });
    if (connected) {
      await join(socket);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

function linkUp(link) {
  const secrets = link.certificate
    ? { cert: fs.readFileSync(link.certificate), key: fs.readFileSync(link.key), ca: fs.readFileSync(link.ca), requestCert: true, rejectUnauthorized: true }
    : {};
  if (link.call) {
    callAgainAndAgain(link, secrets);
  } else {
    tls.createServer(secrets, join).on("tlsClientError", error => console.error(error.message)).listen(link.listen, "127.0.0.1");
  }
}

reader._server.once("listening", () => {
  if (process.argv[4]) {
    linkUp(JSON.parse(process.argv[4]));
  }
  console.log(JSON.stringify({ listening: port }));
});
reader.listen();
