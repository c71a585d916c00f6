#if Daemon
    import E911Service

    /// The site as JSON with the names of `site.yaml`, to be looked at and changed an entry at a time.
    struct SiteDocument: Equatable {
        /// A list of the site whose entries have a name.
        enum Section: String, CaseIterable {
            case callServers = "call-servers"
            case pools = "elin-pools"
            case locations, recipients

            /// The key that names an entry.
            var key: String { self == .locations ? "id" : "name" }
        }

        var json: JSONValue

        init(_ site: SiteConfiguration, _ forms: SiteForms) throws {
            json = try JSON.read(JSONValue.self, forms.json(site))
        }

        func entries(_ section: String) -> [JSONValue] { json[section]?.list ?? [] }

        func entry(_ name: String, of section: Section) -> JSONValue? {
            entries(section.rawValue).first { $0[section.key]?.text == name }
        }

        /// Puts an entry in the place of the one of its name, or behind the others.
        mutating func put(_ entry: JSONValue, named name: String, into section: Section) {
            var list = entries(section.rawValue)
            if let index = list.firstIndex(where: { $0[section.key]?.text == name }) {
                list[index] = entry
            } else {
                list.append(entry)
            }
            json[section.rawValue] = .array(list)
        }

        mutating func remove(_ name: String, from section: Section) {
            json[section.rawValue] = .array(entries(section.rawValue).filter { $0[section.key]?.text != name })
        }
    }
#endif
