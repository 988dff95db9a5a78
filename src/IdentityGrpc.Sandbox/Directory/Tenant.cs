namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// One company: its departments, its made people (formulas) and its changed ones (edits). Guarded by <see cref="Company"/>'s lock.
/// </summary>
internal sealed class Tenant
{
    private const int TwinStride = 5;
    private readonly Company company;
    private readonly Dictionary<int, PersonEdit> edits = [];
    private readonly Dictionary<string, int> departmentsByCustomId = new(StringComparer.Ordinal);
    private readonly ContactIndex emails = new(StringComparer.OrdinalIgnoreCase), mobiles = new(StringComparer.Ordinal), userIds = new(StringComparer.Ordinal);
    private readonly int twins;
    private readonly int firstNumber;

    public Tenant(Company company, int index, string key, string name, string domain, int people, int twins, int firstNumber)
    {
        this.company = company;
        this.twins = twins;
        this.firstNumber = firstNumber;
        (Index, Key, Name, Domain, MadeCount, Count) = (index, key, name, domain, people, people);
        Seed = Hash.Mix(company.Seed, (ulong)index + 77);
        UserIds = new MadeUserIds(company.Seed, index);
    }

    public int Index { get; }

    public string Key { get; }

    public string Name { get; }

    public string Domain { get; }

    public ulong Seed { get; }

    public MadeUserIds UserIds { get; }

    public MadeContacts Contacts => company.Contacts;

    /// <summary>How many people were made from the seed; those with a higher number were created later.</summary>
    public int MadeCount { get; }

    /// <summary>How many numbers are in use, removed people counted.</summary>
    public int Count { get; private set; }

    public List<Department> Departments { get; } = [];

    /// <summary>How many people were removed without a trace.</summary>
    public int RemovedCount { get; private set; }

    public List<UserGroup> Groups { get; } = [];

    public Department Root => Departments[0];

    /// <summary>The person's number over all tenants: people of two tenants (R1, R6) carry the number of their home.</summary>
    public int NumberOf(int index) => index < twins ? index * TwinStride : firstNumber + index - twins;

    public string DomainOf(int number) => company.HomeOf(number).Domain;

    public bool IsHomeOf(int number) => number >= firstNumber && number < firstNumber + MadeCount - twins;

    public Person this[int index] => new(this, index, edits.GetValueOrDefault(index));

    public Person? Find(int index) => index >= 0 && index < Count && this[index] is { Edit: not { Removed: true } } person ? person : null;

    /// <summary>The active holder of the id, or else the last resigned one (R16).</summary>
    public Person? FindByUserId(string userId)
    {
        var made = UserIds.TryRead(userId, out var index) && IsUnedited(index) && this[index].UserId == userId ? index : -1;
        return Best(made, userIds, userId);
    }

    public Person? FindByEmail(string email) => Best(MadeByEmail(email), emails, email);

    /// <summary>Finds by E.164, or by the bare eleven digits of mainland China (U11).</summary>
    public Person? FindByMobile(string mobile)
    {
        var full = mobile.Length == 11 && mobile[0] == '1' ? "+86" + mobile : mobile;
        var made = MadeContacts.TryReadMobile(full, out var number) && IndexOfNumber(number) is var index && IsUnedited(index)
            && Person.HasMobile(index) && Contacts.Mobile(number) == full ? index : -1;
        return Best(made, mobiles, full);
    }

    public Department? FindDepartment(int index) => index >= 0 && index < Departments.Count && !Departments[index].Deleted ? Departments[index] : null;

    public Department? FindDepartmentByCustomId(string customId) =>
        customId == "0" ? Root : departmentsByCustomId.TryGetValue(customId, out var index) ? Departments[index] : null;

    public int[] MadeDepartments(int index)
    {
        var draw = Hash.Mix(Seed ^ 0xDE97, (ulong)index);
        var count = (ulong)Math.Max(1, MadeDepartmentCount);
        // One in 25 sits directly under the root; one in ten has a second department, one in a hundred a third.
        var first = index % 25 == 4 ? Department.Root : 1 + (int)(draw % count);
        var second = 1 + (int)((draw >> 20) % count);
        var third = 1 + (int)((draw >> 40) % count);
        return index % 10 != 1 || second == first ? [first]
            : index % 100 != 21 || third == first || third == second ? [first, second]
            : [first, second, third];
    }

    public int MadeDepartmentCount { get; set; }

    public void Add(Department department)
    {
        Departments.Add(department);
        departmentsByCustomId[department.CustomId] = department.Index;
    }

    /// <summary>An unused user_id such as the platform draws for a new person.</summary>
    public string NewUserId()
    {
        for (var draw = int.MaxValue - Count; ; draw--)
        {
            // A number that no made person has; one in twenty would be an administrator's choice and is passed over.
            var id = UserIds.Write(draw, "");
            if (id.Length == 8 && id[0] != '_' && FindByUserId(id) is null)
            {
                return id;
            }
        }
    }

    /// <summary>Gives the next free number to a new person.</summary>
    public Person Create(PersonEdit edit)
    {
        Count++;
        return Replace(Count - 1, edit);
    }

    /// <summary>Puts an edit in the place of what was known of a person, and keeps look-ups and member lists right.</summary>
    public Person Replace(int index, PersonEdit edit)
    {
        var listedBefore = index < MadeCount || edits.ContainsKey(index) ? ListedIn(this[index]) : [];
        if (edits.TryGetValue(index, out var before))
        {
            userIds.Remove(before.UserId, index);
            emails.Remove(before.Email, index);
            mobiles.Remove(before.Mobile, index);
            RemovedCount -= before.Removed ? 1 : 0;
        }

        edits[index] = edit;
        RemovedCount += edit.Removed ? 1 : 0;
        if (!edit.Removed)
        {
            userIds.Add(edit.UserId, index);
            emails.Add(edit.Email, index);
            mobiles.Add(edit.Mobile, index);
        }

        var listedNow = ListedIn(this[index]);
        foreach (var left in listedBefore.Except(listedNow))
        {
            Departments[left].Members = [.. Departments[left].Members.Where(member => member != index)];
        }

        foreach (var joined in listedNow.Except(listedBefore))
        {
            Departments[joined].Members = [.. Departments[joined].Members.Append(index).Order()];
        }

        return this[index];
    }

    public void Rename(Department department, string customId)
    {
        departmentsByCustomId.Remove(department.CustomId);
        department.CustomId = customId;
        departmentsByCustomId[customId] = department.Index;
    }

    public void Delete(Department department)
    {
        departmentsByCustomId.Remove(department.CustomId);
        department.Parent!.Children.Remove(department);
        department.Deleted = true;
    }

    private static int[] ListedIn(Person person) => person.IsResigned || person.Edit is { Removed: true } ? [] : person.Departments;

    private bool IsUnedited(int index) => index >= 0 && index < MadeCount && !edits.ContainsKey(index);

    private int MadeByEmail(string email)
    {
        if (!MadeContacts.TryReadEmail(email, out var number) || IndexOfNumber(number) is not (>= 0 and var index) || !IsUnedited(index) || !Person.HasEmail(index))
        {
            return -1;
        }

        Span<char> expected = stackalloc char[128];
        var length = Contacts.WriteEmail(number, DomainOf(number), expected);
        return email.AsSpan().Equals(expected[..length], StringComparison.OrdinalIgnoreCase) ? index : -1;
    }

    private int IndexOfNumber(int number) =>
        number % TwinStride == 0 && number / TwinStride < twins ? number / TwinStride
        : number >= firstNumber && number < firstNumber + MadeCount - twins ? number - firstNumber + twins
        : -1;

    private Person? Best(int made, ContactIndex index, string key)
    {
        Person? best = made >= 0 ? this[made] : null;
        foreach (var candidate in index.Of(key))
        {
            var person = this[candidate];
            if (person.Edit is { Removed: false } && (best is null || best.Value.IsResigned))
            {
                best = person;
            }
        }

        return best;
    }
}
