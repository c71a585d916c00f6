import E911Values
import RegInfo
import SIPCore

/// The location service of a ``SIPServer`` (RFC 3261 section 10.3).
struct Registrar {
    struct Binding: Equatable {
        var uri: SIPURI
        var hop: NextHop?
        var instance: String?
        var id: String
        var callID: String
        var cseq: UInt32
        var until: MonotonicTime
        var registeredAt: MonotonicTime
        var userAgent: String?
    }

    struct Registration: Equatable {
        var user: String
        var id: String
        var bindings: [Binding] = []
    }

    /// What happened to one binding, for those who watch.
    struct Change: Equatable {
        var registration: Int
        var binding: Binding
        var state: ContactState
        var event: ContactEvent
    }

    let domain: String
    let replacesByInstance: Bool
    /// In the order of their first registration; those without bindings stay.
    private(set) var registrations: [Registration] = []
    private var index: [String: Int] = [:]
    private var contacts = 0

    init(domain: String, replacesByInstance: Bool) {
        self.domain = domain
        self.replacesByInstance = replacesByInstance
    }

    func registration(of user: String) -> Registration? { index[user].map { registrations[$0] } }

    /// The contacts that a call may go to, the newest first.
    func bindings(of user: String, _ now: MonotonicTime) -> [Binding] {
        let live = registration(of: user)?.bindings.filter { $0.until > now } ?? []
        return live.sorted { ($0.registeredAt, $0.id) > ($1.registeredAt, $1.id) }
    }

    /// A contact as a REGISTER brings it.
    struct Wanted {
        var uri: SIPURI
        var hop: NextHop?
        var instance: String?
        /// Seconds; 0 ends the binding.
        var expires: UInt32
    }

    /// Takes in the contacts of one REGISTER. `nil` if one is older than what is known (RFC 3261 section 10.3 step 7).
    mutating func update(
        _ user: String, _ wanted: [Wanted], callID: String, cseq: UInt32, userAgent: String?, _ now: MonotonicTime
    ) -> [Change]? {
        let number = number(of: user)
        for contact in wanted {
            if let old = registrations[number].bindings.first(where: { $0.uri.isEquivalent(to: contact.uri) }),
                old.callID == callID, old.cseq >= cseq
            {
                return nil
            }
        }
        var changes: [Change] = []
        for contact in wanted {
            changes += update(number, contact, callID: callID, cseq: cseq, userAgent: userAgent, now)
        }
        return changes
    }

    private mutating func update(
        _ number: Int, _ wanted: Wanted, callID: String, cseq: UInt32, userAgent: String?, _ now: MonotonicTime
    ) -> [Change] {
        let place = registrations[number].bindings.firstIndex { $0.uri.isEquivalent(to: wanted.uri) }
        if wanted.expires == 0 {
            guard let place else { return [] }
            let old = registrations[number].bindings.remove(at: place)
            return [Change(registration: number, binding: old, state: .terminated, event: .unregistered)]
        }
        let until = now + .seconds(wanted.expires)
        if let place {
            var binding = registrations[number].bindings[place]
            binding.callID = callID
            binding.cseq = cseq
            binding.until = until
            binding.userAgent = userAgent
            binding.instance = wanted.instance
            registrations[number].bindings[place] = binding
            return [Change(registration: number, binding: binding, state: .active, event: .refreshed)]
        }
        var changes: [Change] = []
        if replacesByInstance, let instance = wanted.instance {
            for old in registrations[number].bindings where old.instance == instance {
                changes.append(Change(registration: number, binding: old, state: .terminated, event: .deactivated))
            }
            registrations[number].bindings.removeAll { $0.instance == instance }
        }
        contacts += 1
        let binding = Binding(
            uri: wanted.uri, hop: wanted.hop, instance: wanted.instance, id: "c\(contacts)", callID: callID, cseq: cseq,
            until: until, registeredAt: now, userAgent: userAgent)
        registrations[number].bindings.append(binding)
        changes.append(Change(registration: number, binding: binding, state: .active, event: .registered))
        return changes
    }

    /// Ends all bindings of a user.
    mutating func remove(_ user: String) -> [Change] {
        guard let number = index[user] else { return [] }
        let old = registrations[number].bindings
        registrations[number].bindings = []
        return old.map { Change(registration: number, binding: $0, state: .terminated, event: .unregistered) }
    }

    /// Ends a binding whose time is over; otherwise says when it is.
    mutating func expire(_ number: Int, _ id: String, _ now: MonotonicTime) -> (change: Change?, next: MonotonicTime?) {
        guard let place = registrations[number].bindings.firstIndex(where: { $0.id == id }) else { return (nil, nil) }
        let binding = registrations[number].bindings[place]
        guard binding.until <= now else { return (nil, binding.until) }
        registrations[number].bindings.remove(at: place)
        return (Change(registration: number, binding: binding, state: .terminated, event: .expired), nil)
    }

    private mutating func number(of user: String) -> Int {
        if let number = index[user] { return number }
        registrations.append(Registration(user: user, id: "a\(registrations.count)"))
        index[user] = registrations.count - 1
        return registrations.count - 1
    }

    // MARK: As reginfo

    /// The registrations that have contacts, with all of them.
    func documents(_ now: MonotonicTime) -> [RegInfoDocument.Registration] {
        registrations.filter { !$0.bindings.isEmpty }.map { document($0, now) }
    }

    func document(_ registration: Registration, _ now: MonotonicTime) -> RegInfoDocument.Registration {
        RegInfoDocument.Registration(
            aor: "sip:\(registration.user)@\(domain)", id: registration.id,
            state: registration.bindings.isEmpty ? .terminated : .active,
            contacts: registration.bindings.map { contact($0, .active, .registered, now) })
    }

    /// The changes as registrations, in the order in which they changed.
    func documents(of changes: [Change], _ now: MonotonicTime) -> [RegInfoDocument.Registration] {
        var documents: [RegInfoDocument.Registration] = []
        var places: [Int: Int] = [:]
        for change in changes {
            let registration = registrations[change.registration]
            let contact = contact(change.binding, change.state, change.event, now)
            if let place = places[change.registration] {
                documents[place].contacts.append(contact)
            } else {
                places[change.registration] = documents.count
                documents.append(
                    RegInfoDocument.Registration(
                        aor: "sip:\(registration.user)@\(domain)", id: registration.id,
                        state: registration.bindings.isEmpty ? .terminated : .active, contacts: [contact]))
            }
        }
        return documents
    }

    private func contact(
        _ binding: Binding, _ state: ContactState, _ event: ContactEvent, _ now: MonotonicTime
    ) -> RegInfoDocument.Contact {
        var contact = RegInfoDocument.Contact(id: binding.id, state: state, event: event, uri: String(binding.uri.text))
        contact.callID = binding.callID
        contact.cseq = "\(binding.cseq)"
        contact.userAgent = binding.userAgent
        if state == .active {
            contact.expires = UInt64(max(0, (binding.until - now).components.seconds))
        }
        if let instance = binding.instance {
            contact.unknownParameters = [.init("+sip.instance", "\"\(instance)\"")]
        }
        return contact
    }
}
