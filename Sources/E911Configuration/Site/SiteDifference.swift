#if Daemon
    public import E911Service

    extension SiteFile {
        /// What differs between two sites, an entry each, in the order of the new one's file; what goes is behind it in each
        /// section.
        ///
        /// - Parameter old: `nil` for no site at all.
        public static func changes(from old: SiteConfiguration?, to new: SiteConfiguration) -> [SiteChange] {
            let before = old.map { SiteEntries($0).sections } ?? []
            return SiteEntries(new).sections.flatMap { section in
                section.changes(from: before.first { $0.name == section.name })
            }
        }
    }

    /// A site as the entries of its file.
    private struct SiteEntries {
        struct Section {
            var name: String
            var entries: [(name: String, fields: [(name: String, value: String)])]

            func changes(from old: Section?) -> [SiteChange] {
                var position: [String: Int] = [:]
                for (index, entry) in (old?.entries ?? []).enumerated() { position[entry.name] = index }
                var isThere = Array(repeating: false, count: old?.entries.count ?? 0)
                var changes: [SiteChange] = []
                for entry in entries {
                    guard let old, let index = position[entry.name] else {
                        changes.append(
                            SiteChange(
                                .added, name, entry.name, fields: entry.fields.map { .init($0.name, new: $0.value) }))
                        continue
                    }
                    isThere[index] = true
                    let fields = Self.differences(old.entries[index].fields, entry.fields)
                    if !fields.isEmpty { changes.append(SiteChange(.changed, name, entry.name, fields: fields)) }
                }
                for (index, entry) in (old?.entries ?? []).enumerated() where !isThere[index] {
                    changes.append(
                        SiteChange(
                            .removed, name, entry.name, fields: entry.fields.map { .init($0.name, old: $0.value) }))
                }
                return changes
            }

            private static func differences(
                _ old: [(name: String, value: String)], _ new: [(name: String, value: String)]
            ) -> [SiteChange.Field] {
                func value(_ name: String, _ fields: [(name: String, value: String)]) -> String? {
                    fields.first { $0.name == name }?.value
                }
                let changed = new.compactMap { field -> SiteChange.Field? in
                    let before = value(field.name, old)
                    return before == field.value ? nil : .init(field.name, old: before, new: field.value)
                }
                let gone = old.filter { value($0.name, new) == nil }.map { SiteChange.Field($0.name, old: $0.value) }
                return changed + gone
            }
        }

        let sections: [Section]

        init(_ site: SiteConfiguration) {
            func section(_ name: String, _ entries: [(name: String, tree: YAMLTree)]) -> Section {
                var count: [String: Int] = [:]
                return Section(
                    name: name,
                    entries: entries.map { entry in
                        // Two of one name are told apart by their turn.
                        let turn = count[entry.name, default: 0] + 1
                        count[entry.name] = turn
                        return (turn == 1 ? entry.name : "\(entry.name) (\(turn))", entry.tree.fields)
                    })
            }
            sections = [
                section("site", [("", site.head)]),
                section("call-servers", site.callServers.map { ($0.name, $0.tree.without("name")) }),
                section("elin-pools", site.pools.map { ($0.name, $0.tree.without("name")) }),
                section(
                    "locations",
                    zip(site.locations, LocationForest.flat(site.locations)).map { ($0.id, $1.without("id")) }),
                section(
                    "rules",
                    site.rules.map { rule in
                        let tree = rule.tree
                        return (
                            tree.without("location").fields.map { "\($0.name) \($0.value)" }.joined(separator: " "),
                            tree.only("location")
                        )
                    }),
                section("recipients", site.recipients.map { ($0.name, $0.tree.without("name")) }),
                section(
                    "alerts",
                    site.alerts.map { alert in
                        (alert.tree.fields.map { "\($0.name) \($0.value)" }.joined(separator: " "), .mapping([]))
                    }),
                section("ali", site.ali.map { [("", $0.tree)] } ?? []),
                section("location-push", site.locationPush.map { [("", $0.tree)] } ?? []),
                section("alert-texts", site.alertTexts.map { [("", $0.tree)] } ?? []),
            ]
        }
    }

    extension YAMLTree {
        /// The keys of a mapping, those in its mappings with a dot between, and their values on one line.
        fileprivate var fields: [(name: String, value: String)] {
            guard case .mapping(let pairs) = self else { return [] }
            return pairs.flatMap { pair -> [(name: String, value: String)] in
                if case .mapping = pair.value {
                    return pair.value.fields.map { ("\(pair.key).\($0.name)", $0.value) }
                }
                return [(pair.key, pair.value.line)]
            }
        }

        fileprivate func without(_ key: String) -> YAMLTree {
            guard case .mapping(let pairs) = self else { return self }
            return .mapping(pairs.filter { $0.key != key })
        }

        fileprivate func only(_ key: String) -> YAMLTree {
            guard case .mapping(let pairs) = self else { return self }
            return .mapping(pairs.filter { $0.key == key })
        }

        /// A text as it is; a list in brackets.
        fileprivate var line: String {
            switch self {
            case .text(let text), .plain(let text): text
            case .list(let entries): "[\(entries.map(\.line).joined(separator: ", "))]"
            case .mapping: "{\(fields.map { "\($0.name): \($0.value)" }.joined(separator: ", "))}"
            }
        }
    }
#endif
