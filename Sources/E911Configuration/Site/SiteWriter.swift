#if Daemon
    public import E911Service
    import E911Values
    import Locations
    import SIPCore

    extension SiteFile {
        /// The site as `site.yaml`: reading it gives the same site again, as one that is declared by a file. Choices
        /// that are the profile's are left out; paths are absolute.
        public static func write(_ site: SiteConfiguration) -> String {
            tree(of: site, locations: LocationForest(site.locations).trees).document
        }

        /// The same as JSON with the same names, for programs. Locations are not nested: each names its `parent`. Reading it
        /// gives the same site again.
        public static func json(_ site: SiteConfiguration) -> String {
            tree(of: site, locations: LocationForest.flat(site.locations)).json
        }

        private static func tree(of site: SiteConfiguration, locations: [YAMLTree]) -> YAMLTree {
            var builder = TreeBuilder()
            builder.add("site", site.head)
            builder.add("call-servers", .list(site.callServers.map(\.tree)))
            builder.add("elin-pools", entries: site.pools.map(\.tree))
            builder.add("locations", .list(locations))
            builder.add("rules", entries: site.rules.map(\.tree))
            builder.add("recipients", entries: site.recipients.map(\.tree))
            builder.add("alerts", entries: site.alerts.map(\.tree))
            builder.add("alert-texts", site.alertTexts?.tree)
            builder.add("ali", site.ali?.tree)
            builder.add("location-push", site.locationPush?.tree)
            return builder.tree
        }
    }

    extension SiteConfiguration {
        /// The section `site`.
        var head: YAMLTree {
            var builder = TreeBuilder()
            builder.add("name", text: name)
            builder.add("time-zone", text: timeZone)
            builder.add("default-call-server", text: defaultCallServer)
            if let evidenceFreshness {
                builder.add(
                    "evidence", .keys(["freshness": .text(DurationText.write(.seconds(evidenceFreshness)))]))
            }
            builder.add("off-premises", offPremises?.tree)
            builder.add("reminders", reminders?.tree)
            return builder.tree
        }
    }

    extension ReminderConfiguration {
        fileprivate var tree: YAMLTree {
            var builder = TreeBuilder()
            builder.add("every", text: every.map { DurationText.write(.seconds($0)) })
            builder.add("times", times.map { .plain("\($0)") })
            builder.add("escalate-at", escalateAt.map { .plain("\($0)") })
            return builder.tree
        }
    }

    extension OffPremisesConfiguration {
        fileprivate var tree: YAMLTree {
            var builder = TreeBuilder()
            builder.add("networks", .texts(networks.map(\.description)))
            builder.add("public-addresses", publicAddresses, unless: true, YAMLTree.boolean)
            builder.add("location", text: location)
            return builder.tree
        }
    }

    extension Validation {
        fileprivate var tree: YAMLTree {
            var builder = TreeBuilder()
            builder.add("state", text: state.rawValue)
            builder.add("by", who, unless: "", YAMLTree.text)
            builder.add("at", text: when?.description)
            return builder.tree
        }
    }

    /// Keys of a mapping, of which those are left out that have their default.
    struct TreeBuilder {
        private(set) var pairs: [YAMLTree.Pair] = []

        var tree: YAMLTree { .mapping(pairs) }

        mutating func add(_ key: String, _ value: YAMLTree?) {
            if let value { pairs.append(YAMLTree.Pair(key, value)) }
        }

        /// Adds a list that has entries.
        mutating func add(_ key: String, entries: [YAMLTree]) {
            if !entries.isEmpty { add(key, .list(entries)) }
        }

        mutating func add(_ key: String, text: String?) {
            add(key, text.map { .text($0) })
        }

        /// Adds what differs from the default.
        mutating func add<T: Equatable>(_ key: String, _ value: T, unless standard: T, _ tree: (T) -> YAMLTree) {
            if value != standard { add(key, tree(value)) }
        }
    }

    extension YAMLTree {
        static func texts(_ texts: [String]) -> YAMLTree { .list(texts.map { .text($0) }) }
        static func boolean(_ value: Bool) -> YAMLTree { .plain(value ? "true" : "false") }
    }

    extension ELINPoolConfiguration {
        var tree: YAMLTree {
            .keys([
                "name": .text(name), "numbers": .texts(numbers.map(\.description)), "ali": .text(ali.rawValue),
            ])
        }
    }

    extension RuleConfiguration {
        var tree: YAMLTree {
            var builder = TreeBuilder()
            switch condition {
            case .deviceMAC(let mac): builder.add("device", .keys(["mac": .text(mac.description)]))
            case .deviceDN(let dn): builder.add("device", .keys(["dn": .text(dn)]))
            case .deviceInstance(let instance): builder.add("device", .keys(["instance": .text(instance)]))
            case .bssid(let bssid): builder.add("bssid", text: bssid)
            case .port(let name, let port):
                builder.add("switch", text: name)
                builder.add("port", text: port)
            case .prefix(let prefix): builder.add("prefix", text: prefix.description)
            }
            builder.add("location", text: location)
            return builder.tree
        }
    }

    extension RecipientConfiguration {
        var tree: YAMLTree {
            var builder = TreeBuilder()
            builder.add("name", text: name)
            builder.add("email", text: email)
            builder.add("sms", text: sms)
            builder.add("webhook", text: webhook)
            builder.add("syslog", text: syslog)
            builder.add("screen-pop", screenPop, unless: false, YAMLTree.boolean)
            builder.add("members", members.map(YAMLTree.texts))
            return builder.tree
        }
    }

    extension AlertRuleConfiguration {
        var tree: YAMLTree {
            var builder = TreeBuilder()
            builder.add("location", text: location)
            builder.add("call-server", text: callServer)
            builder.add("to", .texts(to))
            builder.add("channels", channels, unless: [], YAMLTree.texts)
            builder.add("hours", text: hours)
            builder.add("acknowledge", text: acknowledge?.rawValue)
            return builder.tree
        }
    }

    extension AlertTextConfiguration {
        var tree: YAMLTree {
            var email = TreeBuilder()
            email.add("subject", text: emailSubject)
            email.add("text", text: emailText)
            var builder = TreeBuilder()
            if !email.pairs.isEmpty { builder.add("email", email.tree) }
            if let sms { builder.add("sms", .keys(["text": .text(sms)])) }
            return builder.tree
        }
    }

    /// Locations as they are nested in the file.
    struct LocationForest {
        let trees: [YAMLTree]

        /// Nests children in their parents, if reading that gives the same order again; else each names its parent.
        init(_ locations: [LocationConfiguration]) {
            var children: [String: [Int]] = [:]
            for (index, location) in locations.enumerated() {
                if let parent = location.parent { children[parent, default: []].append(index) }
            }
            var order: [Int] = []
            func visit(_ index: Int, depth: Int) {
                guard depth < SiteReader.deepest, order.count <= locations.count else { return }
                order.append(index)
                for child in children[locations[index].id] ?? [] { visit(child, depth: depth + 1) }
            }
            for index in locations.indices where locations[index].parent == nil { visit(index, depth: 0) }
            guard order == Array(locations.indices) else {
                trees = Self.flat(locations)
                return
            }
            func tree(_ index: Int) -> YAMLTree {
                let location = locations[index]
                return Self.tree(location, parent: nil, children: (children[location.id] ?? []).map(tree))
            }
            trees = locations.indices.filter { locations[$0].parent == nil }.map(tree)
        }

        /// Not nested: each names its parent.
        static func flat(_ locations: [LocationConfiguration]) -> [YAMLTree] {
            locations.map { tree($0, parent: $0.parent, children: []) }
        }

        private static func tree(_ location: LocationConfiguration, parent: String?, children: [YAMLTree]) -> YAMLTree {
            var builder = TreeBuilder()
            builder.add("id", text: location.id)
            builder.add("name", location.name, unless: location.id, YAMLTree.text)
            builder.add("parent", text: parent)
            builder.add("address", location.address, unless: []) { fields in
                .mapping(fields.map { YAMLTree.Pair($0.name, .text($0.value)) })
            }
            builder.add("elins", location.elins, unless: []) { .texts($0.map(\.description)) }
            builder.add("pool", location.usesPool, unless: false, YAMLTree.boolean)
            builder.add("security-desk", text: location.securityDesk)
            builder.add("contacts", location.contacts, unless: [], YAMLTree.texts)
            builder.add("validation", location.validation?.tree)
            builder.add("off-premises", location.isOffPremises, unless: false, YAMLTree.boolean)
            builder.add("children", entries: children)
            return builder.tree
        }
    }
#endif
