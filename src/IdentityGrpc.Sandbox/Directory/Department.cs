namespace IdentityGrpc.Sandbox.Directory;

/// <summary>One department of a tenant. Number 0 is the root, whose id is the literal <c>0</c> under either id type.</summary>
internal sealed class Department(int index, string openId)
{
    public const int Root = 0;
    private int[] members = [];
    private int memberCount;

    public int Index { get; } = index;

    /// <summary><c>od-</c> and 32 hex digits, the same for all apps.</summary>
    public string OpenId => openId;

    public required string CustomId { get; set; }

    public required string Name { get; set; }

    /// <summary>Null for the root alone.</summary>
    public Department? Parent { get; set; }

    /// <summary>Sub-departments by rising number, the order that paging relies on.</summary>
    public List<Department> Children { get; } = [];

    /// <summary>The direct members by rising number, without the resigned.</summary>
    public int[] Members
    {
        get => members;
        set
        {
            AddMembers(value.Length - members.Length);
            members = value;
        }
    }

    /// <summary>Memberships here and below; a person of two of these departments counts twice.</summary>
    public int MemberCount => memberCount;

    public int? Leader { get; set; }

    public int Order { get; set; } = index;

    public bool Deleted { get; set; }

    public bool IsRoot => Index == Root;

    /// <summary>Hangs the department elsewhere, with all that is below it.</summary>
    public void MoveTo(Department parent)
    {
        if (parent == Parent)
        {
            return;
        }

        Parent!.AddMembers(-memberCount);
        Parent.Children.Remove(this);
        Parent = parent;
        parent.Children.Add(this);
        parent.Children.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        parent.AddMembers(memberCount);
    }

    public bool IsWithin(Department ancestor)
    {
        for (var department = this; department is not null; department = department.Parent)
        {
            if (department == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private void AddMembers(int count)
    {
        for (var department = this; department is not null; department = department.Parent)
        {
            department.memberCount += count;
        }
    }
}
