/// Who is registered where, as a strict reader of RFC 3680 section 5.1 keeps it: by registration and contact id, a
/// full document replaces everything, a partial one changes what it names.
///
/// For notifiers that keep to the RFC, and for tools. The device registry of the service has its own table, because a
/// full document of a real server may be one piece of several.
public struct BindingTable: Equatable, Sendable {
    public struct Binding: Hashable, Sendable {
        public let contactID: String
        public let uri: String
    }

    public struct Registration: Equatable, Sendable {
        public let id: String
        public let aor: String
        public fileprivate(set) var bindings: [Binding] = []
    }

    /// In the order in which they were first seen.
    public private(set) var registrations: [Registration] = []

    public init() {}

    /// The contact URIs of an address of record, over all registrations that name it; `nil` when none does.
    public func contacts(of aor: String) -> [String]? {
        let own = registrations.filter { $0.aor == aor }
        return own.isEmpty ? nil : own.flatMap { $0.bindings.map(\.uri) }
    }

    /// Applies a document whose turn it is.
    public mutating func apply(_ document: RegInfoDocument) {
        if document.state == .full { registrations = [] }
        // Looked up only, never iterated. Real notifiers give the registrations of one subscriber the same id, so the
        // address of record is part of the key.
        var positions: [Key: Int] = [:]
        for (position, registration) in registrations.enumerated() {
            positions[Key(id: registration.id, aor: registration.aor)] = position
        }
        var ended: Set<Key> = []
        for registration in document.registrations {
            let key = Key(id: registration.id, aor: registration.aor)
            let position = positions[key] ?? registrations.count
            if position == registrations.count {
                positions[key] = position
                registrations.append(Registration(id: registration.id, aor: registration.aor))
            }
            guard registration.state == .active else {
                // Whatever contacts it lists: without a registration there is no binding.
                registrations[position].bindings = []
                if registration.state == .terminated { ended.insert(key) }
                continue
            }
            ended.remove(key)
            for contact in registration.contacts { registrations[position].apply(contact) }
        }
        registrations.removeAll { ended.contains(Key(id: $0.id, aor: $0.aor)) }
    }

    private struct Key: Hashable {
        let id: String
        let aor: String
    }
}

extension BindingTable.Registration {
    fileprivate mutating func apply(_ contact: RegInfoDocument.Contact) {
        let position = bindings.firstIndex { $0.contactID == contact.id }
        switch contact.state {
        case .active:
            guard let uri = contact.uri else { return }
            let binding = BindingTable.Binding(contactID: contact.id, uri: uri)
            if let position { bindings[position] = binding } else { bindings.append(binding) }
        case .terminated:
            if let position { bindings.remove(at: position) }
        }
    }
}
