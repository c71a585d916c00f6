import RegInfo

/// Divides a registration state into documents that fit into one body each.
struct StateSplitter {
    let maxOctets: Int
    let labelling: SIPServerConfiguration.Labelling
    let versions: SIPServerConfiguration.Versions

    /// The documents of a full state, and moves the version on. At least one, though it be empty.
    func full(_ registrations: [RegInfoDocument.Registration], version: inout UInt64) -> [[UInt8]] {
        documents(
            registrations, version: &version, first: labelling == .allPartial ? .partial : .full,
            others: labelling == .allFull ? .full : .partial, shares: versions == .shared)
    }

    /// The documents of what changed.
    func changed(_ registrations: [RegInfoDocument.Registration], version: inout UInt64) -> [[UInt8]] {
        documents(registrations, version: &version, first: .partial, others: .partial, shares: false)
    }

    private func documents(
        _ registrations: [RegInfoDocument.Registration], version: inout UInt64, first: DocumentState,
        others: DocumentState, shares: Bool
    ) -> [[UInt8]] {
        let pieces = pieces(registrations)
        var documents: [[UInt8]] = []
        for (number, piece) in pieces.enumerated() {
            var writer = RegInfoWriter()
            writer.begin(version: versions == .zero ? 0 : version, state: number == 0 ? first : others)
            for registration in piece { writer.add(registration) }
            writer.end()
            documents.append(writer.bytes)
            if !shares || number == pieces.count - 1 { version += 1 }
        }
        return documents
    }

    private func pieces(_ registrations: [RegInfoDocument.Registration]) -> [[RegInfoDocument.Registration]] {
        guard maxOctets > 0 else { return [registrations] }
        var frame = RegInfoWriter()
        frame.begin(version: .max, state: .partial)
        frame.end()
        var pieces: [[RegInfoDocument.Registration]] = [[]]
        var room = maxOctets - frame.bytes.count
        for registration in registrations {
            var writer = RegInfoWriter()
            writer.add(registration)
            if writer.bytes.count > room, pieces[pieces.count - 1].isEmpty == false {
                pieces.append([])
                room = maxOctets - frame.bytes.count
            }
            pieces[pieces.count - 1].append(registration)
            room -= writer.bytes.count
        }
        return pieces
    }
}
