# Sourced by nginx's auto/make. The C++ flags are set for our objects only: among nginx's common flags they would break
# the C file that nginx generates for the module. Headers are tracked by the compiler (-MMD).

gatehouse_objs=
for gatehouse_src in $gatehouse_srcs
do
    gatehouse_dir=`basename \`dirname $gatehouse_src\``
    gatehouse_objs="$gatehouse_objs $NGX_OBJS/addon/$gatehouse_dir/`basename $gatehouse_src .cpp`.o"
done

cat << END                                                    >> $NGX_MAKEFILE

$gatehouse_objs: CFLAGS += -std=c++20 -fPIC -fvisibility=hidden -fvisibility-inlines-hidden -MMD -MP \
	${GATEHOUSE_CXXFLAGS:--O2}

-include `echo "$gatehouse_objs " | sed -e 's/\.o /.d /g'`

END
