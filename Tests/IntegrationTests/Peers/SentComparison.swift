#if Daemon
    import E911Service
    import SIPCore
    import Testing

    /// What a daemon sent, counted by itself, cut out of a capture, and read by others.
    struct SentComparison {
        /// As tshark reads them.
        let frames: [DissectedMessage]

        /// Ends the capture and expects that tshark finds as many messages as the daemon has counted, reads in each what
        /// was meant, and that the C parsers read each.
        ///
        /// The daemon must have come to rest: what it sends meanwhile would be counted but not captured.
        ///
        /// - Parameters:
        ///   - address: of the daemon. Nobody else sends from it.
        ///   - ports: where SIP is spoken.
        init(_ capture: Capture, of daemon: DaemonPeer, at address: String, ports: [UInt16], in rig: Rig) async throws {
            func sent() async throws -> UInt64 {
                let status: NodeStatus = try await daemon.json("status")
                return status.counters.filter { $0.name.hasPrefix("sent.") }.reduce(0) { $0 + $1.value }
            }
            let count = try await sent()
            try await capture.stop()
            frames = try await capture.dissected(ports: ports).filter { $0.sourceAddress == address }
            let octets = try await capture.octetsSent(from: address)
            #expect(try await sent() == count)
            #expect(UInt64(frames.count) == count)

            // Packets of several connections are interleaved, so the two lists are compared in an order of their own.
            let meant = try octets.map { try Self.summary(SIPMessage(parsing: $0.span)) }.sorted()
            #expect(frames.map(Self.summary).sorted() == meant)

            for parser in ForeignParser.allCases {
                let read = try await parser.read(octets, in: rig)
                #expect(read.count == frames.count)
                #expect(!read.contains { $0.contains("unreadable") })
            }
        }

        static func summary(_ message: SIPMessage) throws -> String {
            let cseq = try message.cseq()
            return try line(
                "\(message.callID())", message.status.map { "\($0)" } ?? "\(cseq.method)",
                "\(cseq.number) \(cseq.method)",
                message.from().tag.map { "\($0)" }, message.to().tag.map { "\($0)" },
                message.first("Contact").map { "\($0)" },
                message.first("P-Asserted-Identity").map { "\($0)" }, message.body.count)
        }

        static func summary(_ frame: DissectedMessage) -> String {
            line(
                frame.callID ?? "", frame.status.map { "\($0)" } ?? frame.method ?? "",
                "\(frame.cseq ?? -1) \(frame.cseqMethod ?? "")", frame.fromTag, frame.toTag, frame.contact,
                frame.assertedIdentity, frame.contentLength ?? -1)
        }

        private static func line(
            _ callID: String, _ what: String, _ cseq: String, _ fromTag: String?, _ toTag: String?, _ contact: String?,
            _ identity: String?, _ length: Int
        ) -> String {
            "\(callID) \(what) | \(cseq) | \(fromTag ?? "-") | \(toTag ?? "-") | \(contact ?? "-") | \(identity ?? "-")"
                + " | \(length)"
        }
    }
#endif
