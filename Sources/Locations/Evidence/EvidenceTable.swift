import E911Values

/// The latest sightings of devices on ports and access points: at most one of each kind for a device.
///
/// Old ones stay: what is too old for the resolver to prefer is still the best guess where nothing else is known. The
/// caller holds the number of rows within its limit (``count``).
public struct EvidenceTable: Equatable, Sendable {
    /// What came of a row.
    public enum Change: Equatable, Sendable {
        case added
        /// In the place of this one.
        case changed(EvidenceSighting)
        /// It is there already.
        case unchanged
        /// A later sighting is there; it stays.
        case older
    }

    private enum Kind: UInt8, Hashable, Sendable {
        case accessPoint, port

        init(_ attachment: EvidenceSighting.Attachment) {
            switch attachment {
            case .accessPoint: self = .accessPoint
            case .port: self = .port
            }
        }
    }

    private struct NameKey: Hashable, Sendable {
        var isInstance: Bool
        var kind: Kind
        var text: String
    }

    private var rows: [EvidenceSighting?] = []
    private var free: [Int] = []
    /// By the MAC in the low 48 bits and the kind above.
    private var macs: [UInt64: Int] = [:]
    private var names: [NameKey: Int] = [:]

    public init() {}

    /// How many sightings are kept.
    public var count: Int { rows.count - free.count }

    public var isEmpty: Bool { count == 0 }

    /// Makes room for so many rows at once, so that no later row has to wait for it.
    public mutating func reserve(_ rows: Int) {
        guard rows > macs.capacity else { return }
        macs.reserveCapacity(rows)
        self.rows.reserveCapacity(rows)
    }

    /// What ``put(_:)`` would answer.
    public func judge(_ row: EvidenceSighting) -> Change {
        guard let index = index(row.device, Kind(row.attachment)), let old = rows[index] else { return .added }
        if old.at > row.at { return .older }
        return old.at == row.at && old.attachment == row.attachment ? .unchanged : .changed(old)
    }

    @discardableResult
    public mutating func put(_ row: EvidenceSighting) -> Change {
        let change = judge(row)
        switch change {
        case .unchanged, .older: break
        case .changed:
            if let index = index(row.device, Kind(row.attachment)) { rows[index] = row }
        case .added:
            let index = free.popLast() ?? rows.count
            if index == rows.count { rows.append(row) } else { rows[index] = row }
            setIndex(row.device, Kind(row.attachment), index)
        }
        return change
    }

    /// Takes a row away; `false` when there is none of that device and kind.
    @discardableResult
    public mutating func remove(_ row: EvidenceSighting) -> Bool { remove(row.device, Kind(row.attachment)) }

    /// The same, of the row with this key (``EvidenceSighting/key``). What is no key names no row.
    @discardableResult
    public mutating func remove(key: String) -> Bool {
        let words = key.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3 else { return false }
        let device: DeviceSelector? =
            switch words[1] {
            case "mac": MACAddress(words[2]).map { .mac($0) }
            case "number": .number(words[2])
            case "instance": .instance(words[2])
            default: nil
            }
        let kind: Kind? =
            switch words[0] {
            case "access-point": .accessPoint
            case "port": .port
            default: nil
            }
        guard let device, let kind else { return false }
        return remove(device, kind)
    }

    private mutating func remove(_ device: DeviceSelector, _ kind: Kind) -> Bool {
        guard let index = index(device, kind) else { return false }
        setIndex(device, kind, nil)
        rows[index] = nil
        free.append(index)
        return true
    }

    /// Adds what is known of the device to the evidence; of several sightings of a kind (by MAC, by number) the latest.
    public func complete(_ evidence: inout DeviceEvidence) {
        guard count > 0 else { return }
        if let row = latest(evidence, .accessPoint), case .accessPoint(let bssid) = row.attachment {
            evidence.bssid = .init(bssid, at: row.at)
        }
        if let row = latest(evidence, .port), case .port(let port) = row.attachment {
            evidence.port = .init(port, at: row.at)
        }
    }

    /// What must be known of a device itself so that rules which look at `kinds` can be tried: where the network saw it
    /// follows from that.
    public func kinds(for kinds: DeviceEvidence.Kinds) -> DeviceEvidence.Kinds {
        guard !kinds.isDisjoint(with: [.bssid, .port]) else { return kinds }
        var wanted = kinds.subtracting([.bssid, .port])
        if !macs.isEmpty { wanted.insert(.mac) }
        if !names.isEmpty { wanted.formUnion([.number, .instance]) }
        return wanted
    }

    /// The sightings that say something of the device, of each kind the latest.
    public func sightings(of evidence: DeviceEvidence) -> [EvidenceSighting] {
        [latest(evidence, .accessPoint), latest(evidence, .port)].compactMap(\.self)
    }

    /// Up to `limit` rows from a place on, and the place to go on from; `nil` at the end. At most four times as many
    /// places are looked at.
    public func page(from start: Int, limit: Int) -> (rows: [EvidenceSighting], next: Int?) {
        var found: [EvidenceSighting] = []
        var index = max(0, start)
        let end = min(rows.count, index &+ max(1, limit) * 4)
        while index < end, found.count < limit {
            if let row = rows[index] { found.append(row) }
            index += 1
        }
        return (found, index < rows.count ? index : nil)
    }

    private func latest(_ evidence: DeviceEvidence, _ kind: Kind) -> EvidenceSighting? {
        var best: EvidenceSighting?
        func consider(_ index: Int?) {
            guard let index, let row = rows[index] else { return }
            if best.map({ $0.at < row.at }) ?? true { best = row }
        }
        if !macs.isEmpty, let mac = evidence.mac { consider(macs[Self.key(mac, kind)]) }
        guard !names.isEmpty else { return best }
        if let instance = evidence.instance {
            consider(names[NameKey(isInstance: true, kind: kind, text: RuleKey.bare(instance))])
        }
        for number in [evidence.aor, evidence.dn] {
            guard let number else { continue }
            consider(names[NameKey(isInstance: false, kind: kind, text: RuleKey.withoutScheme(number))])
        }
        return best
    }

    private static func key(_ mac: MACAddress, _ kind: Kind) -> UInt64 { mac.bits | UInt64(kind.rawValue) << 48 }

    private func index(_ device: DeviceSelector, _ kind: Kind) -> Int? {
        switch device {
        case .mac(let mac): macs[Self.key(mac, kind)]
        case .number(let number):
            names[NameKey(isInstance: false, kind: kind, text: RuleKey.withoutScheme(number))]
        case .instance(let instance): names[NameKey(isInstance: true, kind: kind, text: RuleKey.bare(instance))]
        }
    }

    private mutating func setIndex(_ device: DeviceSelector, _ kind: Kind, _ index: Int?) {
        switch device {
        case .mac(let mac): macs[Self.key(mac, kind)] = index
        case .number(let number):
            names[NameKey(isInstance: false, kind: kind, text: RuleKey.withoutScheme(number))] = index
        case .instance(let instance):
            names[NameKey(isInstance: true, kind: kind, text: RuleKey.bare(instance))] = index
        }
    }
}
