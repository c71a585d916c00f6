import Glibc
import PeerSofia
import SIPCore

/// One line of the result.
struct Measurement {
    let name: String
    let ours: Double
    let peer: Double

    var ratio: Double { ours / peer }

    var row: String {
        "\(name): SIPCore \(Int(ours)) ns, sofia-sip \(Int(peer)) ns, ratio \(Double(Int(ratio * 1000)) / 1000)"
    }

    var json: String {
        #"{"name": "\#(name)", "ours": \#(ours), "peer": \#(peer), "ratio": \#(ratio), "unit": "ns/message"}"#
    }
}

/// Both sides in turn, round after round, so that a busy machine troubles both alike; the median round counts.
enum Comparison {
    static func run(_ samples: [Sample], rounds: Int = 21, loops: Int) -> [Measurement] {
        var routing: [Double] = []
        var full: [Double] = []
        var peer: [Double] = []
        for _ in 0..<rounds {
            routing.append(time(samples, loops) { Routing.read($0) })
            peer.append(
                time(samples, loops) { octets in
                    octets.withUnsafeBytes { peer_sofia_parse($0.baseAddress, $0.count) == 0 }
                })
            full.append(time(samples, loops) { FullDecode.read($0) })
        }
        let sofia = median(peer)
        return [
            Measurement(name: "parse.routing", ours: median(routing), peer: sofia),
            Measurement(name: "parse.full", ours: median(full), peer: sofia),
        ]
    }

    /// Nanoseconds of this thread's CPU a message.
    private static func time(_ samples: [Sample], _ loops: Int, _ parse: ([UInt8]) -> Bool) -> Double {
        let start = cpu()
        var failures = 0
        for _ in 0..<loops {
            for sample in samples where !parse(sample.octets) { failures += 1 }
        }
        let spent = cpu() - start
        precondition(failures == 0, "a message was not read")
        return spent * 1e9 / Double(loops * samples.count)
    }

    private static func cpu() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
