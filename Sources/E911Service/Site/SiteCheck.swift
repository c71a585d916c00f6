import E911Values

/// Judges whether a site holds together: `e911d check` and `e911d apply` show what it finds, and a site with an error
/// in it is not taken over.
///
/// It looks at values alone. What cannot be read at all (an address that is none) is found by whoever reads the site.
public struct SiteCheck {
    let site: SiteConfiguration
    let listeners: [NodeConfiguration.Listener]
    let callServerNames: Names
    let poolNames: Names
    let locationIDs: Names
    let recipientNames: Names
    private(set) var problems: [SiteProblem] = []

    /// Names of one section, in their order, and to be asked.
    struct Names {
        let list: [String]
        let set: Set<String>

        init(_ list: [String]) {
            self.list = list
            set = Set(list)
        }
    }

    /// Everything that does not hold together, in the order of the sections of `site.yaml`.
    ///
    /// - Parameter listeners: our own; a call server must not be one of them. Empty when they are not known.
    public static func problems(
        of site: SiteConfiguration, listeners: [NodeConfiguration.Listener] = []
    ) -> [SiteProblem] {
        var check = SiteCheck(site: site, listeners: listeners)
        check.checkSite()
        for index in site.callServers.indices { check.checkCallServer(index) }
        check.checkPools()
        check.checkLocations()
        check.checkNumbers()
        check.checkRules()
        check.checkOffPremises()
        check.checkRecipients()
        check.checkReminders()
        check.checkAlerts()
        check.checkAlertTexts()
        check.checkALI()
        return check.problems
    }

    /// What is wrong with filters by themselves, before they stand in a site; only errors.
    static func problems(of filters: FilterChoices) -> [SiteProblem] {
        var check = SiteCheck(
            site: SiteConfiguration(name: "", timeZone: "UTC", defaultCallServer: "", callServers: []), listeners: [])
        check.checkFilters(filters, "filters")
        return check.problems.filter { $0.severity == .error }
    }

    private init(site: SiteConfiguration, listeners: [NodeConfiguration.Listener]) {
        self.site = site
        self.listeners = listeners
        callServerNames = Names(site.callServers.map(\.name))
        poolNames = Names(site.pools.map(\.name))
        locationIDs = Names(site.locations.map(\.id))
        recipientNames = Names(site.recipients.map(\.name))
    }

    // MARK: What the parts of the check use

    mutating func error(_ path: String, _ reason: String, _ remedy: String) {
        problems.append(SiteProblem(path, reason, remedy: remedy))
    }

    mutating func warning(_ path: String, _ reason: String, _ remedy: String) {
        problems.append(SiteProblem(path, reason, remedy: remedy, severity: .warning))
    }

    /// Looks a reference up; an unknown one is an error.
    mutating func refer(_ path: String, to name: String, in section: SiteProblem.Section) {
        let (names, kind) = known(section)
        guard !names.set.contains(name) else { return }
        problems.append(
            SiteProblem(
                path, "there is no \(kind) '\(name)'", remedy: NearestName.advice(name, among: names.list),
                missingFrom: section))
    }

    private func known(_ section: SiteProblem.Section) -> (Names, kind: String) {
        switch section {
        case .callServers: (callServerNames, "call server")
        case .pools: (poolNames, "ELIN pool")
        case .locations: (locationIDs, "location")
        case .recipients: (recipientNames, "recipient")
        }
    }

    /// Refuses empty names and names that another entry has; `key` is how the file calls it.
    mutating func checkNames(_ names: Names, in section: SiteProblem.Section, key: String) {
        var first: [String: Int] = [:]
        for (index, name) in names.list.enumerated() {
            let path = "\(section.rawValue)[\(index)].\(key)"
            if name.isEmpty {
                error(path, "is empty", "each one needs its own \(key)")
            } else if let other = first[name] {
                error(path, "'\(name)' is taken by \(section.rawValue)[\(other)]", "each one needs its own \(key)")
            } else {
                first[name] = index
            }
        }
    }

    private mutating func checkSite() {
        if site.timeZone.isEmpty {
            error(
                "site.time-zone", "is empty",
                "an IANA name, for example America/Chicago: alerts show the time of the site")
        }
        if site.callServers.isEmpty {
            error("call-servers", "there is none", "name at least one SIP Server")
        } else {
            refer("site.default-call-server", to: site.defaultCallServer, in: .callServers)
        }
        let named = site.callServers.reduce(0) { $0 + $1.members.count(where: \.isNamed) }
        if named > MemberPlaces.mostMembers {
            error(
                "call-servers", "\(named) members are named, more than DNS is asked for",
                "at most \(MemberPlaces.mostMembers); give addresses to the others")
        }
        checkNames(callServerNames, in: .callServers, key: "name")
    }
}
