#if Daemon
    import ArgumentParser
    import E911Service

    /// A table as a word of the command line.
    enum TableArgument: ExpressibleByArgument, CaseIterable {
        case site(SiteTable)
        case evidence

        static var allCases: [TableArgument] { SiteTable.allCases.map { .site($0) } + [.evidence] }

        var name: String {
            switch self {
            case .site(let table): table.rawValue
            case .evidence: EvidenceSheet.table
            }
        }

        var columns: [String] {
            switch self {
            case .site(let table): table.columns
            case .evidence: EvidenceSheet.columnNames
            }
        }

        var requiredColumns: [String] {
            switch self {
            case .site(let table): table.requiredColumns
            case .evidence: EvidenceSheet.requiredColumns
            }
        }

        init?(argument: String) {
            guard let found = Self.allCases.first(where: { $0.name == argument }) else { return nil }
            self = found
        }

        static var allValueStrings: [String] { allCases.map(\.name) }
    }
#endif
