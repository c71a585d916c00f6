import E911Values
import Glibc
import Locations
import PrefixPeer

/// Where a device is, among 10,000 locations and 50,000 prefixes: the resolver's whole answer, beside a look-up of the
/// prefix alone in C. Both must find the same for each address.
@main
enum Main {
    static let batch = 500
    static let rounds = 2000

    static func main() {
        let site = LargeSite(seed: 1)
        let resolver = site.resolver
        guard let peer = site.peer() else { fail("no memory for the peer") }
        check(resolver, peer, site.evidence)

        var ours: [Double] = []
        var theirs: [Double] = []
        var sum = 0
        for round in 0..<rounds {
            let start = round * batch % (site.evidence.count - batch)
            let part = site.evidence[start..<start + batch]
            ours.append(time { for evidence in part { sum &+= place(resolver, evidence) } })
            let addresses = site.addresses[start..<start + batch]
            theirs.append(time { for a in addresses { sum &+= Int(peer_find(peer, a.high, a.low, a.is_v4)) } })
        }
        let (own, other) = (median(ours), median(theirs))
        print(
            """
            {"name": "resolve.prefix.us", "ours": \(rounded(own)), "peer": \(rounded(other)), \
            "ratio": \(rounded(own / other)), \
            "unit": "us/resolve, bsearch(3) of the prefix alone"}
            """)
        if sum == 42 { print("") }
    }

    private static func place(_ resolver: LocationResolver, _ evidence: DeviceEvidence) -> Int {
        let answer = resolver.resolve(evidence, default: "site-0", now: WallTime(milliseconds: 60_000))
        return answer.location.rawValue.utf8.count &+ Int(answer.confidence.rawValue)
    }

    private static func check(_ resolver: LocationResolver, _ peer: OpaquePointer, _ evidence: [DeviceEvidence]) {
        var hits = 0
        for one in evidence {
            guard let address = one.ip else { continue }
            let found = resolver.match(one, now: WallTime(milliseconds: 60_000))?.rule ?? -1
            let bits = address.bits
            let wanted = peer_find(
                peer, UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits), address.isIPv4 ? 1 : 0)
            guard found == Int(wanted) else { fail("\(address): rule \(found), and the peer finds \(wanted)") }
            if found >= 0 { hits += 1 }
        }
        guard hits * 10 > evidence.count * 5, hits * 10 < evidence.count * 9 else { fail("\(hits) hits") }
    }

    /// Microseconds for each of a batch.
    private static func time(_ work: () -> Void) -> Double {
        var from = timespec()
        var to = timespec()
        clock_gettime(CLOCK_MONOTONIC, &from)
        work()
        clock_gettime(CLOCK_MONOTONIC, &to)
        let nanoseconds = (to.tv_sec - from.tv_sec) * 1_000_000_000 + to.tv_nsec - from.tv_nsec
        return Double(nanoseconds) / 1000 / Double(batch)
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    static func fail(_ text: String) -> Never {
        let line = Array("resolve: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(1)
    }
}
