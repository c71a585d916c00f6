#if Daemon
    import E911Service
    import E911Values
    import Locations

    extension SiteReader {
        /// Deeper nesting is no building.
        static let deepest = 32

        /// Reads a location and those in it, parents first.
        func location(_ value: YAMLValue, parent: String?, depth: Int) {
            guard depth < Self.deepest else {
                value.fail("locations lie more than \(Self.deepest) deep in each other", "fewer levels")
                return
            }
            var children: YAMLValue?
            var id = ""
            let location = value.mapping { m in
                id = self.name(m, "id", "hq-2-east", in: .locations)
                children = m["children"]
                let named = m["parent"]
                if let named, parent != nil {
                    named.fail(
                        "the location stands in its parent already", "parent only where locations are not nested")
                }
                var location = LocationConfiguration(
                    id: id, name: m["name"]?.text("a name", "2nd floor east") ?? id,
                    parent: parent ?? named?.text("the id of a location", "hq"))
                _ = m["address"]?.mapping { location.address = self.address($0) }
                assign(&location.elins, m["elins"]?.list { $0.telephoneNumber() })
                assign(&location.usesPool, m["pool"]?.boolean())
                location.securityDesk = m["security-desk"]?.text("a DN", "\"1000\"")
                assign(&location.contacts, m["contacts"]?.texts("the name of a recipient", "security"))
                location.validation = m["validation"]?.mapping(self.validation)
                assign(&location.isOffPremises, m["off-premises"]?.boolean())
                return location
            }
            guard let location else {
                value.reading.lostEntry(of: .locations)
                return
            }
            locations.append(location)
            locationPaths.append(value.path)
            guard let children else { return }
            guard let entries = children.list() else {
                children.reading.lostEntry(of: .locations)
                return
            }
            for child in entries { self.location(child, parent: id, depth: depth + 1) }
        }

        private func validation(_ m: YAMLMapping) -> Validation {
            Validation(
                state: m.required("state", "valid")?.choice(Validation.State.self) ?? .unvalidated,
                who: m["by"]?.text("who judged it", "Ann") ?? "",
                when: m["at"]?.parsed("a day or a time", "2026-11-24, or 2026-11-24T06:43:34-06:00") { WallTime($0) })
        }

        func evidence(_ m: YAMLMapping, into site: inout SiteConfiguration) {
            let limits = SiteCheck.freshness
            site.evidenceFreshness = m["freshness"]?.seconds(limits.lowerBound...limits.upperBound)
        }

        func offPremises(_ m: YAMLMapping) -> OffPremisesConfiguration {
            var policy = OffPremisesConfiguration()
            assign(&policy.networks, m["networks"]?.list { $0.prefix() })
            assign(&policy.publicAddresses, m["public-addresses"]?.boolean())
            policy.location = m["location"]?.text("the id of a location", "remote")
            return policy
        }

        private func address(_ m: YAMLMapping) -> [LocationConfiguration.AddressField] {
            m.all.compactMap { name, value in
                value.text("a text").map { LocationConfiguration.AddressField(name: name, value: $0) }
            }
        }

        func rule(_ m: YAMLMapping) -> RuleConfiguration? {
            let device = m["device"]
            let bssid = m["bssid"]
            let switchName = m["switch"]
            let port = m["port"]
            let prefix = m["prefix"]
            let location = m.required("location", "hq")?.text("the id of a location", "hq")
            let kinds = [device != nil, bssid != nil, switchName != nil || port != nil, prefix != nil].filter { $0 }
                .count
            guard kinds == 1 else {
                m.value.fail(
                    kinds == 0 ? "says of nobody that he is there" : "has more than one condition",
                    "one of device, bssid, switch with port, prefix")
                return nil
            }
            let condition: RuleConfiguration.Condition?
            if let device {
                condition = device.mapping(self.device) ?? nil
            } else if let bssid {
                condition = bssid.text("a BSSID", "\"aa:bb:cc:dd:ee:*\"").map { .bssid($0) }
            } else if let prefix {
                condition = prefix.prefix().map { .prefix($0) }
            } else {
                let name = m.required("switch", "sw-2")?.text("the name of a switch", "sw-2")
                let port = m.required("port", "\"Gi1/0/7\"")?.text("the name of a port", "\"Gi1/0/7\"")
                guard let name, let port else { return nil }
                condition = .port(switch: name, port: port)
            }
            guard let condition, let location else { return nil }
            return RuleConfiguration(condition: condition, location: location)
        }

        private func device(_ m: YAMLMapping) -> RuleConfiguration.Condition? {
            let mac = m["mac"]
            let dn = m["dn"]
            let instance = m["instance"]
            guard [mac, dn, instance].compactMap({ $0 }).count == 1 else {
                m.value.fail("names no device, or in two ways", "one of mac, dn, instance")
                return nil
            }
            if let mac {
                return mac.parsed("a MAC address", "\"00:11:22:33:44:55\"") { MACAddress($0) }.map { .deviceMAC($0) }
            }
            return dn?.text("a DN", "\"2001\"").map { .deviceDN($0) }
                ?? instance?.text("an instance", "\"urn:uuid:…\"").map { .deviceInstance($0) }
        }
    }
#endif
