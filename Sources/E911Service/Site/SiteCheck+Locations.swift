import Locations

extension SiteCheck {
    mutating func checkLocations() {
        checkNames(locationIDs, in: .locations, key: "id")
        if site.locations.isEmpty {
            error("locations", "there is none", "at least one, for the call servers' default-location")
        }
        let serversWithoutPool = site.callServers.indices.filter { site.callServers[$0].pool == nil }
        var before: Set<String> = []
        var usesPool = false
        for (index, location) in site.locations.enumerated() {
            let path = "locations[\(index)]"
            if let parent = location.parent {
                if parent == location.id {
                    error("\(path).parent", "'\(parent)' cannot lie in itself", "the location that it is a part of")
                } else if locationIDs.set.contains(parent) {
                    if !before.contains(parent) {
                        error("\(path).parent", "'\(parent)' stands behind this location", "parents before their parts")
                    }
                } else {
                    refer("\(path).parent", to: parent, in: .locations)
                }
            }
            before.insert(location.id)
            checkAddress(location.address, "\(path).address")
            for (position, name) in location.contacts.enumerated() {
                refer("\(path).contacts[\(position)]", to: name, in: .recipients)
            }
            if let validation = location.validation { checkValidation(validation, "\(path).validation") }
            if location.securityDesk?.isEmpty ?? false {
                error("\(path).security-desk", "is empty", "a DN, or leave the key out")
            }
            guard location.usesPool else { continue }
            usesPool = true
            if !location.elins.isEmpty {
                error("\(path).pool", "the location has ELINs of its own too", "elins, or pool: true")
            }
            if !site.callServers.isEmpty, serversWithoutPool.count == site.callServers.count {
                error(
                    "\(path).pool", "no call server has an elin-pool, so there is no ELIN for this location",
                    "an elin-pool on the call server, or elins here")
            }
        }
        guard usesPool, serversWithoutPool.count < site.callServers.count else { return }
        for index in serversWithoutPool {
            warning(
                "call-servers[\(index)].elin-pool",
                "is missing, so its devices at locations with pool: true get no ELIN "
                    + "of their place", "the name of a pool")
        }
    }

    private mutating func checkValidation(_ validation: Validation, _ path: String) {
        guard validation.state != .unvalidated else { return }
        if validation.who.isEmpty { error("\(path).by", "is missing", "who found the address \(validation.state)") }
        if validation.when == nil { error("\(path).at", "is missing", "the day, for example 2026-11-24") }
    }

    private mutating func checkAddress(_ fields: [LocationConfiguration.AddressField], _ path: String) {
        var known: Set<CivicElement> = []
        for field in fields {
            let place = "\(path).\(field.name)"
            if let element = CivicElement(name: field.name) {
                if !known.insert(element).inserted { error(place, "stands twice", "each element once") }
            } else {
                error(
                    place, "is not an element of a civic address (RFC 5139)",
                    NearestName.advice(field.name, among: CivicElement.allCases.map(\.rawValue)))
            }
            if field.value.isEmpty {
                error(place, "is empty", "a value, or leave the element out")
            } else if CivicElement(name: field.name) == .country, !Self.isCountry(field.value) {
                warning(
                    place, "'\(field.value)' is not the code of a country", "two letters (ISO 3166-1), for example US")
            }
        }
    }

    private static func isCountry(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { (65...90).contains($0 & 0xdf) }
    }
}
