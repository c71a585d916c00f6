// Several contacts of one device in one document.
extension DeviceRegistry {
    /// Most contacts of a registration that are compared with each other. Of more, the last of a device counts.
    private static var comparable: Int { 64 }

    /// The active contacts of a registration that are those of a device which has a better one in the same registration,
    /// by their indices. One device stays one device, and where it is does not depend on the order of the list.
    ///
    /// Same device: same instance, or, without one, same contact id (contract section 2).
    mutating func outvoted(
        _ registration: StagedDocument.Registration, _ document: StagedDocument, _ octets: UnsafeBufferPointer<UInt8>,
        _ context: DocumentContext
    ) -> [Int] {
        guard registration.contacts.count > 1, registration.contacts.count <= Self.comparable else { return [] }
        let aor = registration.aorOctets(octets)
        var outvoted: [Int] = []
        var winners: [Candidate] = []
        for index in registration.contacts where document.contacts[index].isActive {
            let contact = document.contacts[index]
            let new = Candidate(index: index, contact: contact, texts: contact.texts(octets, aor: aor))
            guard let place = winners.firstIndex(where: { $0.isSameDevice(as: new) }) else {
                winners.append(new)
                continue
            }
            let isNewer = isBetter(new, than: winners[place], registration.userHash, context)
            let loser = isNewer ? winners[place] : new
            if isNewer { winners[place] = new }
            outvoted.append(loser.index)
            if !loser.texts.contactURI.hasSameOctets(as: winners[place].texts.contactURI) {
                supersede(loser.contact, loser.texts, context)
            }
        }
        return outvoted
    }

    private struct Candidate {
        let index: Int
        let contact: StagedDocument.Contact
        let texts: DeviceTexts

        func isSameDevice(as other: Candidate) -> Bool {
            texts.instance.isEmpty
                ? other.texts.instance.isEmpty && contact.identifier == other.contact.identifier
                : texts.instance.hasSameOctets(as: other.texts.instance)
        }
    }

    /// Whether the device is rather at `new` than at `old`, which stands before it in the list.
    private func isBetter(
        _ new: Candidate, than old: Candidate, _ userHash: UInt64, _ context: DocumentContext
    ) -> Bool {
        let unsaid = StagedDocument.Contact.unsaid
        // Registered later.
        let (newSince, oldSince) = (new.contact.durationRegistered, old.contact.durationRegistered)
        if newSince != unsaid, oldSince != unsaid, newSince != oldSince { return newSince < oldSince }
        // The one that it has moved away from before is the one that lingers.
        let wasLeft = [new, old].map {
            subscriptions[context.index]?.superseded.contains(Self.supersededKey($0.contact, $0.texts)) ?? false
        }
        if wasLeft[0] != wasLeft[1] { return wasLeft[1] }
        // Refreshed later: a phone does not refresh what it has left.
        let (newTime, oldTime) = (new.contact.expires, old.contact.expires)
        if newTime != unsaid, oldTime != unsaid, newTime != oldTime { return newTime > oldTime }
        // Not known yet, so it is the news.
        let isKnown = [new, old].map { candidate in
            devices(of: candidate.texts.aor, userHash, seenBy: context).contains {
                table.isEqual(.contactURI, of: $0, to: candidate.texts.contactURI)
            }
        }
        if isKnown[0] != isKnown[1] { return isKnown[1] }
        return true
    }

    /// Another contact of the same device stands before this one.
    mutating func supersede(
        _ contact: StagedDocument.Contact, _ texts: DeviceTexts, _ context: DocumentContext
    ) {
        subscriptions[context.index]?.superseded.insert(Self.supersededKey(contact, texts))
        progress.hasSuperseded = true
    }

    static func supersededKey(_ contact: StagedDocument.Contact, _ texts: DeviceTexts) -> UInt64 {
        let device = texts.instance.isEmpty ? contact.identifier : OctetHash.of(texts.instance)
        return OctetHash.of(texts.contactURI, seed: OctetHash.mix(OctetHash.of(texts.aor) ^ device))
    }
}
