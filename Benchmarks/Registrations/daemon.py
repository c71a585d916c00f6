"""The processor time that the whole daemon spends on a first download: 100,000 devices in NOTIFYs of at most 14,336 octets
over TCP, from the SIP Server's model, until each of them is known and stands in the store on disk."""

import shutil

from calls import DEVICES, FIRST, NETWORKS, SIP_SERVER, E911d, Server, free_port

LIMIT = 2.0


def measure(e911d, state):
    folder = state / "download"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = free_port(SIP_SERVER)
    ours = E911d(e911d, folder, port, transports=("tcp",))
    ours.site.write_text(ours.site.read_text().replace("transport: udp", "transport: tcp"))
    gateways = [f"{SIP_SERVER}:{free_port(SIP_SERVER)}" for _ in range(2)]
    model = Server(
        "sip-server", folder, e911d, "sip-server", "--listen", f"{SIP_SERVER}:{port}", "--transport", "tcp", "--manager",
        f"{ours.host}:{ours.port}", "--gateway", gateways[0], "--test-gateway", gateways[1])
    with model, ours.server:
        share = DEVICES // len(NETWORKS)
        for half, network in enumerate(NETWORKS):
            model.tell(f"load {FIRST + half * share} {share} {network}")
        ours.wait()
        model.check()
        spent = ours.server.cpu()
    return [{
        "name": "download.daemon.cpu", "ours": round(spent, 3), "peer": LIMIT, "ratio": round(spent / LIMIT, 3),
        "unit": f"CPU s for {DEVICES} devices and the start, limit",
    }]
