namespace IdentityGrpc.Sandbox.Directory;

/// <summary>
/// Changes a tenant by the platform's rules and tells what happened. The caller holds <see cref="Company"/>'s write lock. A
/// change that the rules forbid throws <see cref="RefusedChangeException"/> and changes nothing.
/// </summary>
internal sealed class CompanyEditor(Company company, TimeProvider time, Action<CompanyChange> tell)
{
    private const int MostDepartments = 50, MostChildren = 1000;
    private static readonly TimeSpan RestorableFor = TimeSpan.FromDays(30);

    public Person CreateUser(Tenant tenant, PersonEdit user)
    {
        Check(tenant, -1, user);
        var created = tenant.Create(user);
        tell(new UserCreated(created));
        return created;
    }

    public Person UpdateUser(Person user, PersonEdit next)
    {
        Check(user.Tenant, user.Index, next);
        if (next.Status == UserStatus.Resigned && !user.IsResigned)
        {
            return ResignUser(user, next);
        }

        if (next.Status != UserStatus.Resigned && user.IsResigned)
        {
            var returned = user.Tenant.Replace(user.Index, next with { ResignedAt = null });
            tell(new UserCreated(returned));
            return returned;
        }

        // The platform tells of contacts in an event of their own (reference §7.2).
        var before = PersonEdit.Of(user);
        foreach (var step in (PersonEdit[])[next with { Email = before.Email, Mobile = before.Mobile }, next])
        {
            if (step.IsSameAs(PersonEdit.Of(user)))
            {
                continue;
            }

            var after = user.Tenant.Replace(user.Index, step);
            tell(new UserUpdated(user, after));
            user = after;
        }

        return user;
    }

    public Person ResignUser(Person user, PersonEdit? next = null)
    {
        var after = user.Tenant.Replace(user.Index, (next ?? PersonEdit.Of(user)) with { Status = UserStatus.Resigned, ResignedAt = time.GetUtcNow() });
        tell(new UserDeleted(user, after));
        return after;
    }

    public void RemoveUser(Person user)
    {
        var after = user.Tenant.Replace(user.Index, PersonEdit.Of(user) with { Status = UserStatus.Resigned, Removed = true });
        if (!user.IsResigned)
        {
            tell(new UserDeleted(user, after));
        }
    }

    /// <summary>Restores a resigned account with its old user_id, within 30 days and while nobody else has that id (reference §3.2).</summary>
    public Person RestoreUser(Person user)
    {
        if (!user.IsResigned || user.Edit?.ResignedAt is not { } resigned || time.GetUtcNow() - resigned > RestorableFor)
        {
            throw new RefusedChangeException(ChangeRefusal.NotRestorable, "status: the person did not resign within the last 30 days.");
        }

        return UpdateUser(user, user.Edit with { Status = UserStatus.Activated });
    }

    public Department CreateDepartment(Tenant tenant, string name, Department parent, string? customId)
    {
        CheckCustomId(tenant, null, customId);
        CheckParent(null, parent);
        var index = tenant.Departments.Count;
        var department = new Department(index, company.Ids.Write(new(IdKind.Department, 0, tenant.Index, index)))
        {
            CustomId = customId ?? Hex.Of(Hash.Mix(tenant.Seed ^ 0xD1, (ulong)index)),
            Name = name,
            Parent = parent,
        };
        parent.Children.Add(department);
        tenant.Add(department);
        tell(new DepartmentCreated(tenant, DepartmentState.Of(department)));
        return department;
    }

    public void UpdateDepartment(Tenant tenant, Department department, string name, Department parent, string customId, int order)
    {
        CheckCustomId(tenant, department, customId);
        CheckParent(department, parent);
        var before = DepartmentState.Of(department);
        if (customId != department.CustomId)
        {
            tenant.Rename(department, customId);
        }

        department.Name = name;
        department.Order = order;
        department.MoveTo(parent);
        if (DepartmentState.Of(department) != before)
        {
            tell(new DepartmentUpdated(tenant, before, DepartmentState.Of(department)));
        }
    }

    /// <summary>Deletes a department without sub-departments; who was only there moves up to its parent.</summary>
    public void DeleteDepartment(Tenant tenant, Department department)
    {
        if (department.IsRoot || department.Children.Count > 0)
        {
            throw new RefusedChangeException(ChangeRefusal.Department, "the root and departments with sub-departments cannot be deleted.");
        }

        foreach (var member in department.Members)
        {
            var user = tenant[member];
            int[] left = [.. user.Departments.Where(index => index != department.Index)];
            UpdateUser(user, PersonEdit.Of(user) with { Departments = left.Length > 0 ? left : [department.Parent!.Index] });
        }

        var before = DepartmentState.Of(department);
        tenant.Delete(department);
        tell(new DepartmentDeleted(tenant, before));
    }

    private static void Check(Tenant tenant, int index, PersonEdit user)
    {
        if (user.Status == UserStatus.Resigned)
        {
            return;
        }

        if (tenant.FindByUserId(user.UserId) is { IsResigned: false } holder && holder.Index != index)
        {
            throw new RefusedChangeException(ChangeRefusal.UserIdTaken, $"user_id: '{user.UserId}' belongs to an active user.");
        }

        if (user.Email is { } email && tenant.FindByEmail(email) is { IsResigned: false } byEmail && byEmail.Index != index)
        {
            throw new RefusedChangeException(ChangeRefusal.ContactTaken, "email: it belongs to an active user.");
        }

        if (user.Mobile is { } mobile && tenant.FindByMobile(mobile) is { IsResigned: false } byMobile && byMobile.Index != index)
        {
            throw new RefusedChangeException(ChangeRefusal.ContactTaken, "mobile: it belongs to an active user.");
        }

        if (user.Departments.Length is 0 or > MostDepartments)
        {
            throw new RefusedChangeException(ChangeRefusal.Department, $"department_ids: 1 to {MostDepartments} are needed.");
        }
    }

    private static void CheckCustomId(Tenant tenant, Department? self, string? customId)
    {
        if (customId is not null && tenant.FindDepartmentByCustomId(customId) is { } holder && holder != self)
        {
            throw new RefusedChangeException(ChangeRefusal.DepartmentIdTaken, $"department_id: '{customId}' belongs to another department.");
        }
    }

    private static void CheckParent(Department? self, Department parent)
    {
        if (self is not null && parent.IsWithin(self))
        {
            throw new RefusedChangeException(ChangeRefusal.Department, "parent_open_department_id: a department cannot be below itself.");
        }

        if (self?.Parent != parent && parent.Children.Count >= MostChildren)
        {
            throw new RefusedChangeException(ChangeRefusal.Department, $"parent_open_department_id: it has {MostChildren} sub-departments already.");
        }
    }
}
