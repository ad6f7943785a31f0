// An SMPP message centre: takes every short message, reports its delivery, writes one JSON line each.
const smpp = require("smpp");

const [port, password, receipt] = process.argv.slice(2);
let count = 0;

const text = (pdu) => {
  const body = pdu.short_message.message ?? pdu.short_message;
  const payload = pdu.message_payload?.message ?? pdu.message_payload;
  return String(body?.length ? body : (payload ?? ""));
};

const report = (session, pdu, reference) => session.deliver_sm({
  source_addr: pdu.destination_addr,
  destination_addr: pdu.source_addr,
  esm_class: 4,
  short_message: `id:${reference} sub:001 dlvrd:001 submit date:2611212000 done date:2611212000 stat:${receipt} err:000 text:`,
});

const serve = (session) => {
  const bind = (pdu) => session.send(pdu.response(
    pdu.password === password ? { system_id: "centre" } : { command_status: smpp.ESME_RBINDFAIL }));
  for (const kind of ["bind_transceiver", "bind_transmitter", "bind_receiver"]) session.on(kind, bind);
  session.on("submit_sm", (pdu) => {
    const reference = String(++count);
    session.send(pdu.response({ message_id: reference }));
    console.log(JSON.stringify({ to: pdu.destination_addr, text: text(pdu), coding: pdu.data_coding, reference }));
    if (pdu.registered_delivery) report(session, pdu, reference);
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
  session.on("error", () => {});
};

smpp.createServer({}, serve).listen(Number(port), "127.0.0.1");
