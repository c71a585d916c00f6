import E911Values
import Locations

/// The device that calls, as far as the registrations tell.
struct CallingDevice {
    /// `nil` when no registration fits.
    var device: DeviceView?
    /// Further ones that fit as well.
    var others: [DeviceView] = []
    /// Whether several fit and nothing in the call told them apart.
    var isAmbiguous: Bool { !others.isEmpty }
}

extension DeviceRegistry {
    /// Finds the device of a caller (contract section 3): among the contacts of its number the one that the call's
    /// evidence names; without a match the only one; of several the one newly registered last.
    ///
    /// A number that nobody has registered (somebody who has logged in at a colleague's phone, a line that is not told of)
    /// is found by the contact that it calls from, if that is one phone's.
    func device(of caller: Caller, callServer: String) -> CallingDevice {
        let candidates = caller.dn.isEmpty ? [] : lookup(dn: caller.dn, callServer: callServer)
        guard let first = candidates.first else { return device(at: caller.evidence, callServer: callServer) }
        guard candidates.count > 1 else { return CallingDevice(device: first) }
        for evidence in caller.evidence {
            let exact = candidates.filter { $0.fits(evidence, withPort: true) }
            let fitting = exact.isEmpty ? candidates.filter { $0.fits(evidence, withPort: false) } : exact
            if !fitting.isEmpty { return Self.choose(fitting) }
        }
        return Self.choose(candidates)
    }

    /// The one newly registered last. A retired registration, or what only another member sees, does not make a present
    /// one ambiguous.
    private static func choose(_ candidates: [DeviceView]) -> CallingDevice {
        guard let best = candidates.map(\.tier).min() else { return CallingDevice(device: nil) }
        let present = candidates.filter { $0.tier == best }
        let newest = present.max {
            ($0.record.registeredAt, $1.id) < ($1.record.registeredAt, $0.id)
        }
        return CallingDevice(device: newest, others: present.filter { $0.id != newest?.id })
    }

    /// The phone whose contact the call comes from. Its lines are one place; two phones behind one address are none.
    private func device(at evidence: [Caller.Evidence], callServer: String) -> CallingDevice {
        for case .address(let address, let port?) in evidence {
            let found = lookup(address: address, port: port, callServer: callServer).filter { $0.tier != .retired }
            guard let first = found.first else { continue }
            let isOne = found.allSatisfy {
                $0.record.instance == first.record.instance && $0.record.mac == first.record.mac
            }
            return CallingDevice(device: isOne ? first : nil)
        }
        return CallingDevice(device: nil)
    }
}

extension Caller {
    /// What the location rules look at where no registration fits: what the call itself tells.
    var deviceEvidence: DeviceEvidence {
        var known = DeviceEvidence(ip: address, dn: dn.isEmpty ? nil : dn)
        for one in evidence {
            switch one {
            case .mac(let mac): known.mac = known.mac ?? mac
            case .instance(let instance): known.instance = known.instance ?? instance
            case .address: break
            }
        }
        return known
    }
}

extension DeviceView {
    func fits(_ evidence: Caller.Evidence, withPort: Bool) -> Bool {
        switch evidence {
        case .address(let address, let port):
            guard withPort else { return record.ip == address || contactEndpoint?.address == address }
            let endpoint = Endpoint(address, port ?? 5060)
            return contactEndpoint == endpoint || receivedEndpoint == endpoint
        case .mac(let mac): return record.mac == mac
        case .instance(let instance):
            return !record.instance.isEmpty && record.instance.lowercased() == instance.lowercased()
        }
    }

    /// What the location rules look at.
    var evidence: DeviceEvidence { evidence(withNumber: true) }

    /// The same, perhaps without the directory number, which has to be read out of the address of record.
    func evidence(withNumber: Bool) -> DeviceEvidence {
        DeviceEvidence(
            mac: record.mac, ip: record.ip, dn: withNumber ? record.dn : nil, aor: record.aor,
            instance: record.instance.isEmpty ? nil : record.instance, seen: record.lastSeen, isStale: isStale)
    }
}
