import E911Service
import E911Values
import SIPCore

/// The processor time of an emergency call in the node alone: INVITE, journal, 302, ACK, store and alert, with a journal that
/// answers at once and a store that takes 10 ms for a commit. What a profiler is pointed at.
enum CallFigures {
    private static let elins = 125

    static func print(_ devices: SyntheticDevices, _ count: Int) {
        guard var node = BenchNode(subnets: SyntheticDevices.subnets(devices.count), elins: elins) else {
            die("the node sends no SUBSCRIBE")
        }
        for start in stride(from: 0, to: devices.count, by: 1000) {
            node.receive(
                node.notifies(
                    of: devices.documents(
                        start..<min(start + 1000, devices.count), octets: DownloadFigures.bodyOctets,
                        isPartial: start > 0)))
            node.settle()
        }
        guard node.complete() else { die("the download does not complete") }
        node.keepsAnswers = true
        let before = residentOctets()
        let seconds = (0..<count).reduce(into: 0.0) { seconds, number in
            // As many callers as there are ELINs for, one after the other from all over the site.
            let device = number &* 7919 % (devices.count / 2) * 2
            seconds += call(&node, invite(number, device: device, devices))
        }
        Swift.print(
            "{\"calls\": \(count), \"us\": \(seconds / Double(count) * 1e6), \"octets\": \(residentOctets() - before)}")
    }

    /// One of eight thousand a second.
    @inline(never)
    private static func call(
        _ node: inout BenchNode, _ messages: (invite: [UInt8], ack: (head: [UInt8], tail: [UInt8]))
    ) -> Double {
        var seconds = 0.0
        let (invite, ack) = messages
        node.answers = []
        var before = cpuSeconds()
        node.receive(datagram: invite)
        seconds += cpuSeconds() - before
        guard let answer = node.answers.first, let message = try? SIPMessage(parsing: answer.span),
            let to = message.first(.to)
        else { die("a call got \(node.answers.count) answers") }
        var octets = ack.head
        octets += "\(to)".utf8
        octets += ack.tail
        before = cpuSeconds()
        node.receive(datagram: octets)
        node.wait(.microseconds(125))
        seconds += cpuSeconds() - before
        return seconds
    }

    private static func invite(
        _ call: Int, device: Int, _ devices: SyntheticDevices
    ) -> (invite: [UInt8], ack: (head: [UInt8], tail: [UInt8])) {
        let number = devices.number(device)
        let address = String(decoding: devices.address(device), as: UTF8.self)
        let body = """
            v=0\r
            o=load \(call + 1) 1 IN IP4 127.3.1.1\r
            s=call\r
            c=IN IP4 127.3.1.1\r
            t=0 0\r
            m=audio 30000 RTP/AVP 0 8 101\r
            a=rtpmap:0 PCMU/8000\r
            a=rtpmap:8 PCMA/8000\r
            a=rtpmap:101 telephone-event/8000\r
            a=fmtp:101 0-15\r
            a=sendrecv\r

            """
        func head(_ method: String, _ to: String) -> String {
            """
            \(method) sip:911@192.0.2.20:5060 SIP/2.0\r
            Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-1a2b3c4d5e6f-\(call)\r
            Max-Forwards: 70\r
            From: "Agent \(number)" <sip:\(number)@pbx.corp.example.com>;tag=1a2b3c4d\(call)\r
            To: \(to)
            """
        }
        let invite =
            head("INVITE", "<sip:911@pbx.corp.example.com>") + """
                \r
                Call-ID: \(call)-1a2b3c4d5e6f@load\r
                CSeq: 1 INVITE\r
                Contact: <sip:\(number)@\(address):5060;transport=UDP>\r
                Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER, UPDATE, INFO\r
                P-Asserted-Identity: <sip:\(number)@pbx.corp.example.com>\r
                Supported: timer, replaces\r
                Session-Expires: 1800;refresher=uac\r
                Min-SE: 90\r
                User-Agent: load/1.0\r
                Content-Type: application/sdp\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """
        let tail = "\r\nCall-ID: \(call)-1a2b3c4d5e6f@load\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n"
        return (Array(invite.utf8), (Array(head("ACK", "").utf8), Array(tail.utf8)))
    }
}
