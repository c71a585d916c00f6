#if Daemon
    import Foundation
    import Glibc

    /// What crosses an interface, recorded by dumpcap and read by tshark.
    struct Capture {
        let file: URL
        private let process: ChildProcess
        private let rig: Rig
        /// A datagram to this port ends the recording: what came before it is in the file when it is.
        private let markerPort: UInt16
        private let namespace: NetworkNamespace?

        /// Begins to record; everything sent after this returns is seen.
        ///
        /// - Parameter filter: of libpcap, for example `port 20001`.
        static func start(
            in rig: Rig, _ filter: String, on interface: String = "lo", of namespace: NetworkNamespace? = nil
        ) async throws -> Capture {
            let markerPort = try Ports.lease()
            let file = rig.folder.appendingPathComponent("capture-\(UUID().uuidString.prefix(8)).pcapng")
            // -B: 64 MiB of buffer, for bursts. -s 0: whole packets. The marker's port is not filtered out.
            let words = try PeerProgram.dumpcap.required()
            let arguments = [
                "-i", interface, "-s", "0", "-B", "64", "-q", "-w", file.path,
                "-f", "(\(filter)) or (udp port \(markerPort)) or (ip[6:2] & 0x3fff != 0)",
            ]
            let command = namespace.map { $0.command(words, arguments) } ?? (words, arguments)
            let process = try await rig.start(command.0, command.1)
            // It says so when the interface is open and filtered.
            _ = try await process.output.first { $0.hasPrefix("File: ") }
            return Capture(file: file, process: process, rig: rig, markerPort: markerPort, namespace: namespace)
        }

        /// Ends the recording; everything sent before this is called is in the file.
        func stop() async throws {
            let marker = "capture-end-\(markerPort)"
            // bash opens UDP sockets by itself; inside the namespace the marker must be sent there.
            let words = "/bin/bash"
            let arguments = ["-c", "echo \(marker) >/dev/udp/\(namespace?.peer ?? "127.0.0.1")/\(markerPort)"]
            let command = namespace.map { $0.command(words, arguments) } ?? (words, arguments)
            try await eventually("the end marker in the capture") { () -> Bool? in
                try await ChildProcess.run(command.0, command.1, in: rig.folder)
                return try Data(contentsOf: file).range(of: Data(marker.utf8)) == nil ? nil : true
            }
            await process.stop(SIGINT)
            guard let count = process.output.all.first(where: { $0.contains("received/dropped") }),
                count.contains("(100.0%)")
            else { throw PeerError("the capture lost packets:\n\(process.output.tail)") }
        }

        /// The SIP messages that tshark finds, in order. Several in one packet are several; what an ICMP error quotes is none.
        ///
        /// - Parameter ports: where SIP is spoken; tshark knows 5060 only.
        func dissected(ports: [UInt16]) async throws -> [DissectedMessage] {
            let decode = ports.flatMap { ["-d", "udp.port==\($0),sip", "-d", "tcp.port==\($0),sip"] }
            let text = try await packets.tshark(
                decode + ["-Y", "sip && !icmp", "-T", "json", "--no-duplicate-keys", "-J", "frame ip ipv6 udp tcp sip"])
            return try DissectedMessage.read(json: text)
        }

        /// The octets of each SIP message that left an address, as they were on the wire.
        func octetsSent(from address: String) async throws -> [[UInt8]] {
            var messages = try await rows(
                "udp && !icmp && ip.src==\(address) && udp.port!=\(markerPort)", fields: ["udp.payload"]
            ).map {
                octets(hexadecimal: $0[0])
            }
            var streams: [String: [UInt8]] = [:]
            var order: [String] = []
            let segments = try await rows(
                "ip.src==\(address) && tcp.len>0 && !tcp.analysis.retransmission",
                fields: ["tcp.stream", "tcp.payload"])
            for fields in segments {
                if streams[fields[0]] == nil { order.append(fields[0]) }
                streams[fields[0], default: []] += octets(hexadecimal: fields[1])
            }
            for stream in order { messages += try Self.messages(inStream: streams[stream] ?? []) }
            return messages
        }

        /// These fields of each packet that a display filter of tshark lets through; an absent field is empty.
        func rows(_ filter: String, fields: [String], _ options: [String] = []) async throws -> [[String]] {
            try await packets.rows(filter, fields: fields, options)
        }

        private var packets: PacketFile { PacketFile(file: file, rig: rig) }

        private func octets(hexadecimal text: String) -> [UInt8] {
            let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        }

        /// Cuts a stream by Content-Length, whose form is our own: written out, and last in the header.
        private static func messages(inStream octets: [UInt8]) throws -> [[UInt8]] {
            var messages: [[UInt8]] = []
            var rest = octets[...]
            while true {
                // The answer to a keep-alive stands between messages.
                while rest.starts(with: [13, 10]) { rest = rest.dropFirst(2) }
                guard !rest.isEmpty else { return messages }
                guard let end = rest.firstRange(of: [13, 10, 13, 10]) else {
                    throw PeerError("a stream ends in a header")
                }
                let head = String(decoding: rest[..<end.lowerBound], as: UTF8.self).lowercased()
                guard let line = head.components(separatedBy: "\r\n").first(where: { $0.hasPrefix("content-length:") }),
                    let length = Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)),
                    end.upperBound + length <= rest.endIndex
                else { throw PeerError("a message of a stream has no length: \(head)") }
                messages.append(Array(rest[..<(end.upperBound + length)]))
                rest = rest[(end.upperBound + length)...]
            }
        }
    }
#endif
