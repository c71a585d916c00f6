extension SiteCheck {
    mutating func checkALI() {
        if let target = site.locationPush { check(target, "location-push") }
        if let target = site.ali?.push {
            check(target, "ali.push")
            if !site.pools.contains(where: { $0.ali == .push }), site.ali?.pushesFixed != true {
                warning(
                    "ali.push", "nothing is pushed: no pool has ali: push",
                    "ali: push on a pool, or push-fixed: true")
            }
        } else if site.ali?.pushesFixed == true {
            error("ali.push-fixed", "there is no ali.push", "push: { url: … } beside it")
        }
        guard let ali = site.ali else { return }
        let fields: [(String, ALIField, String?)] = [
            ("customer-name", .customerName, ali.customerName),
            ("class-of-service", .classOfService, ali.classOfService),
            ("type-of-service", .typeOfService, ali.typeOfService), ("exchange", .exchange, ali.exchange),
            ("esn", .esn, ali.esn), ("county-id", .countyID, ali.countyID), ("company-id", .companyID, ali.companyID),
            ("source-id", .sourceID, ali.sourceID),
        ]
        for (key, field, value) in fields {
            guard let value else { continue }
            if value.isEmpty {
                error("ali.\(key)", "is empty", "a text, or leave the key out")
            } else if value.utf8.count > field.width || value.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e }) {
                error("ali.\(key)", "'\(value)' does not fit", "at most \(field.width) characters of ASCII")
            } else if let reason = ALIContent.problem(value, of: field) {
                error("ali.\(key)", "'\(value)' \(reason)", "NENA's code")
            }
        }
        if ali.columns.isEmpty { error("ali.csv", "has no column", "at least one, or leave the key out") }
        var names: Set<String> = []
        for (index, column) in ali.columns.enumerated() where !names.insert(column.name).inserted {
            error("ali.csv[\(index)].column", "'\(column.name)' stands twice", "a name of its own for each column")
        }
    }

    private mutating func check(_ target: WebhookConfiguration, _ path: String) {
        if target.url.hasPrefix("https://"), target.url.utf8.count > 8 { return }
        if target.url.hasPrefix("http://"), target.url.utf8.count > 7 {
            warning("\(path).url", "goes over the network as everybody can read it", "https://…")
        } else {
            error("\(path).url", "'\(target.url)' is not a web address", "for example https://ali.example.com/records")
        }
    }
}
